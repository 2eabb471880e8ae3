// `npm run audit:verify`: every tenant's audit log; `-- --tenant SLUG` one of them; `-- --file PATH` an exported file. Ends with 1 when something is wrong.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createChain } from '#db/audit/chain.ts'
import { createVault } from '#db/crypto/vault.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { verifyFile } from './verifyFile.ts'
import { verifyLogs, type Finding } from './verifyLogs.ts'

const POOL_SIZE = 2

const { values } = parseArgs({ options: { tenant: { type: 'string' }, file: { type: 'string' } } })
const config = readConfig.audit()
const chain = createChain(config.auditKey)
const open = (url: string): Pool => createPool({ url, poolSize: POOL_SIZE, name: 'audit-verify' })
const [worker, app] = [open(config.workerUrl), open(config.appUrl)]

try {
  const isRunning = await app.query('SELECT 1').then(
    () => true,
    () => false,
  )
  if (values.file !== undefined) {
    const file = { content: await readFile(values.file, 'utf8'), name: values.file }
    for (const finding of await verifyFile({ ...file, chain, vault: createVault(config.masterKeys), app: isRunning ? app : null })) say(finding)
  } else if (isRunning) for await (const finding of verifyLogs({ worker, app, chain, slug: values.tenant ?? null })) say(finding)
  else say({ isSound: false, line: '✗ PostgreSQL does not answer; the embedded one runs while npm start does.' })
} catch (error) {
  // Such as a file that is no export, or a master key that opens nothing.
  say({ isSound: false, line: `✗ ${error instanceof Error ? error.message : String(error)}` })
} finally {
  await Promise.all([worker.end(), app.end()])
}

function say({ isSound, line }: Finding): void {
  console.log(line)
  if (!isSound) process.exitCode = 1
}
