// npm test: starts both engines in a temporary data folder on free ports, migrates, and runs vitest against them.
// `npm test -- PATH …` runs some files; `--long` runs the full sizes, `--isolation-runs=N` so many against the walls between tenants. Ends with one plain line: N passed, N failed.
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { readReport, spawnVitest } from './runVitest.ts'
import { startTestEngines } from './startTestEngines.ts'

const fuzzRuns = { short: 250, long: 5000 }
const hostileRuns = { short: 2_000, long: 100_000 }

const args = process.argv.slice(2)
const isLong = args.includes('--long')
const isolationRuns = /^--isolation-runs=(\d+)$/
const paths = args.filter((arg) => arg !== '--long' && !isolationRuns.test(arg))
process.exitCode = await main()

async function main(): Promise<number> {
  const size = isLong ? 'long' : 'short'
  const runs = args.map((arg) => isolationRuns.exec(arg)?.[1]).find((count) => count !== undefined)
  const sizes = {
    UNMOGROWP_FUZZ_RUNS: String(fuzzRuns[size]),
    UNMOGROWP_HOSTILE_RUNS: String(hostileRuns[size]),
    UNMOGROWP_LONG: isLong ? '1' : '0',
    ...(runs === undefined ? {} : { UNMOGROWP_ISOLATION_RUNS: runs }),
  }
  const engines = await startTestEngines()
  const reportFile = join(engines.dataDir, 'report.json')
  try {
    const child = spawnVitest({ folder: projectRoot, env: { ...engines.env, ...sizes }, paths, reportFile }, 'inherit')
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
    return summarize(reportFile, code ?? 1)
  } finally {
    await engines.stop()
  }
}

/** A file that could not be loaded counts as one failure: its tests were never counted. */
function summarize(reportFile: string, code: number): number {
  const report = readReport(reportFile)
  const failed = report === null ? 1 : Math.max(report.numFailedTests, code === 0 ? 0 : 1)
  const skipped = report === null || report.numPendingTests === 0 ? '' : `, ${report.numPendingTests} skipped`
  console.log(`${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped}`)
  return failed === 0 ? 0 : 1
}
