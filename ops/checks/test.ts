// npm test: starts both engines in a temporary data folder on free ports, migrates, and runs vitest against them.
// `npm test -- PATH …` runs some files; `--long` runs the full sizes, `--isolation-runs=N` so many against the walls between tenants. Ends with one plain line: N passed, N failed.
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { readReport, spawnVitest, type TestReport } from './runVitest.ts'
import { startTestEngines } from './startTestEngines.ts'
import { filesWithFailures, summaryOf } from './testSummary.ts'

const fuzzRuns = { short: 150, long: 5000 }
const hostileRuns = { short: 800, long: 100_000 }
/** More files than this do not fail for want of processors. */
const MOST_FILES_AGAIN = 5

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
  // One seed for all of a run, so that a second look at a file asks the same random questions.
  const env = { UNMOGROWP_FUZZ_SEED: String(Math.floor(Math.random() * 2 ** 31)), ...engines.env, ...sizes }
  const run = (name: string, more: readonly string[]) => runVitest({ env, paths: more, reportFile: join(engines.dataDir, name) })
  try {
    const first = await run('report.json', paths)
    const failed = first.report === null ? [] : filesWithFailures(first.report, projectRoot)
    const isAgain = paths.length === 0 && failed.length > 0 && failed.length <= MOST_FILES_AGAIN
    // The whole suite keeps a small machine busy; a file that failed is looked at once more with nothing beside it, and both outcomes are told.
    const alone = isAgain ? (await run('alone.json', ['--no-file-parallelism', ...failed])).report : null
    const { lines, isGreen } = summaryOf(first, alone)
    for (const line of lines) console.log(line)
    return isGreen ? 0 : 1
  } finally {
    await engines.stop()
  }
}

type Run = Pick<Parameters<typeof spawnVitest>[0], 'env' | 'paths' | 'reportFile'>

async function runVitest(run: Run): Promise<{ readonly report: TestReport | null; readonly code: number }> {
  const child = spawnVitest({ folder: projectRoot, ...run }, 'inherit')
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { report: readReport(run.reportFile), code: code ?? 1 }
}
