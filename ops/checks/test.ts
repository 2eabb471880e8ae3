// npm test: starts both engines in a temporary data folder on free ports, migrates, and runs vitest against them.
// `npm test -- PATH …` runs some files; `--long` runs the full sizes, `--isolation-runs=N` so many against the walls between tenants. Ends with one plain line: N passed, N failed.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import { embeddedEngines } from '#db/embedded/engines.ts'
import { migrateClickHouse, migratePostgres } from '#db/migrate.ts'
import { projectRoot, readConfig, readStartConfig, type Environment } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { freePort } from '#ops/ports.ts'
import { ensureSecrets } from '#ops/secrets.ts'

/** Tenants of the tests that may have databases of their own at the same time. */
const DEDICATED = 24
const fuzzRuns = { short: 250, long: 5000 }
const hostileRuns = { short: 2_000, long: 100_000 }
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
  success: z.boolean(),
})

const args = process.argv.slice(2)
const isLong = args.includes('--long')
const isolationRuns = /^--isolation-runs=(\d+)$/
const filters = args.filter((arg) => arg !== '--long' && !isolationRuns.test(arg))
// PostgreSQL runs as an ordinary user when root starts it, so the folder must be one that others may enter.
const dataDir = mkdtempSync('/var/tmp/unmogrowp-test-')
const reportFile = join(dataDir, 'report.json')
process.exitCode = await main()

async function main(): Promise<number> {
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const secrets = ensureSecrets(dataDir)
  const start = readStartConfig({ port, dataDir })
  const size = isLong ? 'long' : 'short'
  const sizes = {
    UNMOGROWP_FUZZ_RUNS: String(fuzzRuns[size]),
    UNMOGROWP_HOSTILE_RUNS: String(hostileRuns[size]),
    UNMOGROWP_LONG: isLong ? '1' : '0',
    DEDICATED_DATABASES: String(DEDICATED),
  }
  const runs = args.map((arg) => isolationRuns.exec(arg)?.[1]).find((count) => count !== undefined)
  if (runs !== undefined) Object.assign(sizes, { UNMOGROWP_ISOLATION_RUNS: runs })
  const env: Environment = { ...start.env, NODE_ENV: 'test', LOG_LEVEL: 'warn', ...sizes }
  const engines = embeddedEngines({ dataDir, port, secrets, database: 'unmogrowp', dedicated: DEDICATED })
  const running = await Promise.all([engines.postgres(), engines.clickhouse()])
  try {
    const owner = readConfig.owner(env)
    const log = createLogger({ name: 'test', level: 'warn' })
    await migratePostgres({ ownerUrl: owner.ownerUrl, rolePasswords: owner.rolePasswords, log })
    await migrateClickHouse({ config: owner.clickhouse, log })
    return await runVitest(env)
  } finally {
    await Promise.all(running.map((engine) => engine.stop()))
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function runVitest(env: Environment): Promise<number> {
  const cli = join(createRequire(import.meta.url).resolve('vitest/package.json'), '..', 'vitest.mjs')
  const child = spawn(process.execPath, [cli, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...filters], {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  })
  return new Promise((resolve) => child.on('exit', (code) => resolve(summarize(code ?? 1))))
}

/** A file that could not be loaded counts as one failure: its tests were never counted. */
function summarize(code: number): number {
  const report = readReport()
  const failed = report === null ? 1 : Math.max(report.numFailedTests, code === 0 ? 0 : 1)
  const skipped = report === null || report.numPendingTests === 0 ? '' : `, ${report.numPendingTests} skipped`
  console.log(`${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped}`)
  return failed === 0 ? 0 : 1
}

function readReport(): z.infer<typeof reportSchema> | null {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  } catch {
    return null
  }
}
