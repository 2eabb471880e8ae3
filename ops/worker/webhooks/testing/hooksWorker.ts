// A process that does nothing but deliver webhooks of one tenant, to be killed at any moment. Argument: the tenant. It says when it works.
import { openTestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { createWebhooks } from '../webhooks.ts'

const tenants = process.argv.slice(2)
const pools = openTestPools()
const { cursorKey, webhookNetworks } = readConfig.worker()
const log = createLogger({ name: 'test', level: 'silent' })
const timing = { pollMs: 100, timeoutMs: 30_000, leaseMs: 32_000 }
const options = { worker: pools.worker, pool: pools.app, vault: testVault(), cursorKey, listenUrl: null, allowedNetworks: webhookNetworks, log, tenants }
createWebhooks({ ...options, ...timing }).start()
process.send?.('working')
