import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { readReport, spawnVitest, type TestReport } from './runVitest.ts'
import type { TestEngines } from './startTestEngines.ts'
import type { Wall } from './wall.ts'

const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.data', 'docs'])
/** These walls are built when the engines start, so there is a site for each set of them that is missing. */
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

/** A copy of the project, and engines that were started by it. */
type Site = { readonly folder: string; readonly engines: TestEngines }

/** Starts nothing yet: sites are made as they are needed, and kept for all runs. */
export function createWallRunner(): WallRunner {
  const sites = new Map<string, Promise<Site>>()
  function siteWithout(walls: readonly Wall[]): Promise<Site> {
    const key = walls.map(({ name }) => name).join(' ')
    const site = sites.get(key) ?? startSite(walls)
    sites.set(key, site)
    return site
  }
  return {
    runWithout: async (walls, test) => {
      const { folder, engines } = await siteWithout(walls.filter(isInEngines))
      const reportFile = join(folder, 'wallReport.json')
      rmSync(reportFile, { force: true })
      const putBack = takeAway(
        folder,
        walls.filter((wall) => !isInEngines(wall)),
      )
      try {
        const said = await ended(spawnVitest({ folder, env: engines.env, paths: [test], reportFile }, 'pipe'))
        return outcomeOf(readReport(reportFile), said)
      } finally {
        putBack()
      }
    },
    stop: async () => {
      for (const site of await Promise.allSettled(sites.values())) {
        if (site.status === 'rejected') continue
        await site.value.engines.stop()
        rmSync(site.value.folder, { recursive: true, force: true })
      }
    },
  }
}

const isInEngines = ({ file }: Wall): boolean => IN_THE_ENGINES.test(file)

async function startSite(walls: readonly Wall[]): Promise<Site> {
  const folder = mkdtempSync('/var/tmp/unmogrowp-walls-')
  cpSync(projectRoot, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  takeAway(folder, walls)
  // The copy’s own module: what it migrates and whom it lets in is what the copy says.
  const copied = (await import(join(folder, 'ops/checks/startTestEngines.ts'))) as typeof import('./startTestEngines.ts')
  return { folder, engines: await copied.startTestEngines() }
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
