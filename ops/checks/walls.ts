// npm run test:walls: takes each wall of wallList.ts away in a copy of this project and runs the tests that should notice. Where another wall stands
// behind it, nothing may leak while that is up, and the tests must notice when both are gone. `-- NAME …` looks at some. Ends with a table and a share.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { WALLS, type Wall } from './wallList.ts'

const LEAKS = 'gateway/isolation/leaks.test.ts'
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.data', 'docs'])

type Verdict = { readonly wall: string; readonly alone: string; readonly together: string; readonly isGood: boolean }

const names = process.argv.slice(2)
process.exitCode = await main(WALLS.filter(({ name }) => names.length === 0 || names.includes(name)))

async function main(walls: readonly Wall[]): Promise<number> {
  const verdicts: Verdict[] = []
  for (const wall of walls) {
    const verdict = await judge(wall)
    verdicts.push(verdict)
    console.log(printVerdict(verdict))
  }
  const good = verdicts.filter(({ isGood }) => isGood).length
  console.log(`\n${verdicts.map(printVerdict).join('\n')}\n${good} of ${verdicts.length} walls, ${Math.round((good / Math.max(1, verdicts.length)) * 100)} %`)
  return good === verdicts.length ? 0 : 1
}

function printVerdict({ wall, alone, together, isGood }: Verdict): string {
  return `${isGood ? '✓' : '✗'} ${wall.padEnd(24)} ${alone.padEnd(32)} ${together}`
}

async function judge(wall: Wall): Promise<Verdict> {
  const { behind, noticedBy, name } = wall
  if (behind.length === 0) {
    const outcome = await runWithout([wall], noticedBy)
    return { wall: name, alone: outcome === 'failed' ? 'noticed' : `not noticed (${outcome})`, together: '', isGood: outcome === 'failed' }
  }
  const alone = await runWithout([wall], [LEAKS])
  const others = behind.map((each) => wallNamed(each))
  const together = await runWithout([wall, ...others], noticedBy)
  return {
    wall: name,
    alone: alone === 'passed' ? 'nothing leaks' : `leaks (${alone})`,
    together: `without ${behind.join(', ')}: ${together === 'failed' ? 'noticed' : `not noticed (${together})`}`,
    isGood: alone === 'passed' && together === 'failed',
  }
}

function wallNamed(name: string): Wall {
  const wall = WALLS.find((each) => each.name === name)
  if (wall === undefined) throw new Error(`There is no wall ${name}.`)
  return wall
}

type Outcome = 'passed' | 'failed' | 'did not run'

async function runWithout(walls: readonly Wall[], tests: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync('/var/tmp/unmogrowp-walls-')
  try {
    cpSync(projectRoot, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
    for (const { file, guard, open } of walls) {
      const path = join(folder, file)
      const source = readFileSync(path, 'utf8')
      if (!source.includes(guard)) throw new Error(`${file} does not hold the guard any more.`)
      writeFileSync(
        path,
        source.replace(guard, () => open),
      )
    }
    return await runTests(folder, tests)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A suite that could not even be loaded has noticed nothing. */
function runTests(folder: string, tests: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['ops/launch.mjs', 'ops/checks/test.ts', ...tests], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')))
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      const [, passed = '0'] = /^(\d+) passed, \d+ failed/m.exec(said) ?? []
      if (code === 0) resolve(Number(passed) > 0 ? 'passed' : 'did not run')
      else resolve(said.includes('×') ? 'failed' : 'did not run')
    }),
  )
}
