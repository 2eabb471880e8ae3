import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { readReport, spawnVitest, type TestReport } from './runVitest.ts'
import { startTestEngines } from './startTestEngines.ts'
import type { Wall } from './wallList.ts'

const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.data', 'docs'])
/** These walls are built when the engines start, so each run without one starts engines of its own. */
const IN_THE_ENGINES = /^db\/(migrations|clickhouse\/policies)/
const LONGEST_MS = 10 * 60_000
const KEPT_TEXT = 4000

/** A test that fails, and the first line of what it says. */
export type Failure = { readonly test: string; readonly says: string }
export type Outcome =
  | { readonly kind: 'passed'; readonly count: number }
  | { readonly kind: 'failed'; readonly failures: readonly Failure[] }
  /** Nothing was asked: no test ran, or what was to be asked could not be started. */
  | { readonly kind: 'did not run'; readonly why: string }

export type WallRunner = {
  /** Runs one test file on a copy of the project in which these walls are gone. */
  readonly runWithout: (walls: readonly Wall[], test: string) => Promise<Outcome>
  readonly stop: () => Promise<void>
}

/** One copy of the project and one pair of engines for all runs. */
export async function startWallRunner(): Promise<WallRunner> {
  const folder = mkdtempSync('/var/tmp/unmogrowp-walls-')
  const reportFile = join(folder, 'wallReport.json')
  cpSync(projectRoot, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  const engines = await startTestEngines()

  function start(walls: readonly Wall[], test: string): ChildProcess {
    if (!walls.some(({ file }) => IN_THE_ENGINES.test(file))) return spawnVitest({ folder, env: engines.env, paths: [test], reportFile }, 'pipe')
    const args = ['ops/launch.mjs', 'ops/checks/test.ts', `--report=${reportFile}`, test]
    return spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  return {
    runWithout: async (walls, test) => {
      rmSync(reportFile, { force: true })
      const putBack = takeAway(folder, walls)
      try {
        const said = await ended(start(walls, test))
        return outcomeOf(readReport(reportFile), said)
      } finally {
        putBack()
      }
    },
    stop: async () => {
      await engines.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Returns what puts them back. */
function takeAway(folder: string, walls: readonly Wall[]): () => void {
  const before = new Map(walls.map(({ file }) => [file, readFileSync(join(folder, file), 'utf8')]))
  for (const { file, guard, open } of walls) {
    const source = readFileSync(join(folder, file), 'utf8')
    if (!source.includes(guard)) throw new Error(`${file} does not hold the guard any more.`)
    const opened = source.replace(guard, () => open)
    writeFileSync(join(folder, file), opened)
  }
  return () => {
    for (const [file, source] of before) writeFileSync(join(folder, file), source)
  }
}

/** The end of what it wrote. */
function ended(child: ChildProcess): Promise<string> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-KEPT_TEXT)))
  const timer = setTimeout(() => child.kill(), LONGEST_MS)
  return new Promise((resolve) =>
    child.on('exit', () => {
      clearTimeout(timer)
      resolve(said)
    }),
  )
}

/** A suite that could not be loaded, and a test whose beginning failed or that ran out of time, have noticed nothing. */
export function outcomeOf(report: TestReport | null, said: string): Outcome {
  if (report === null) return { kind: 'did not run', why: `vitest wrote no report: ${lastLineOf(said)}` }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const failures = tests
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ test: fullName, says: firstLineOf(failureMessages?.[0] ?? '') }))
  if (failures.length > 0) return { kind: 'failed', failures }
  const broken = report.testResults.find(({ status }) => status === 'failed')
  if (broken !== undefined) return { kind: 'did not run', why: firstLineOf(broken.message) }
  return report.numPassedTests === 0 ? { kind: 'did not run', why: 'no test was found' } : { kind: 'passed', count: report.numPassedTests }
}

const firstLineOf = (text: string): string => text.trim().split('\n', 1)[0] ?? ''
const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? ''
