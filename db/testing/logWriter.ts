// A process that does nothing but commit conversions of one tenant, to be killed at any moment. Arguments: tenant, app. It says each commit.
import { testVault } from '#db/testing/testVault.ts'
import { commitIngest } from '../ingest/commitIngest.ts'
import { createPool } from '../pool.ts'
import { readConfig } from '#ops/config.ts'
import { testConversion, testSubmission } from './testConversions.ts'

const [tenantId = '', appId = ''] = process.argv.slice(2)
const pool = createPool({ url: readConfig.owner().appUrl, poolSize: 2, name: 'test-writer' })
for (;;) {
  await commitIngest(pool, { vault: testVault(), tenantId, submissions: [testSubmission(Array.from({ length: 20 }, () => testConversion({ appId })))] })
  process.send?.('committed')
}
