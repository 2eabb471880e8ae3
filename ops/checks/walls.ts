// npm run test:walls: takes each wall of wallList.ts away in a copy of this project and runs the test file that must notice. Where another wall stands
// behind it, nothing may leak while that is up, and the tests must notice when both are gone. A wall is noticed when a test fails with what the list says
// it must say; one that fails otherwise, runs out of time or does not start has noticed nothing. `-- NAME …` looks at some. Ends with N walls, N noticed.
import { createWallRunner, type Outcome, type WallRunner } from './createWallRunner.ts'
import { LEAKS, type Wall } from './wall.ts'
import { WALLS } from './wallList.ts'

const MS_PER_SECOND = 1000
const SAYS_AT_MOST = 200

type Verdict = { readonly isGood: boolean; readonly lines: readonly string[] }

const names = process.argv.slice(2)
process.exitCode = await main()

async function main(): Promise<number> {
  const unknown = names.filter((name) => !WALLS.some((wall) => wall.name === name))
  if (unknown.length > 0) throw new Error(`There is no wall ${unknown.join(', ')}.`)
  const walls = WALLS.filter(({ name }) => names.length === 0 || names.includes(name))
  const started = Date.now()
  const runner = rememberingRunner(createWallRunner())
  let noticed = 0
  try {
    for (const wall of walls) {
      const since = Date.now()
      const { isGood, lines } = await judge(runner, wall)
      if (isGood) noticed += 1
      console.log([`${isGood ? '✓' : '✗'} ${wall.name} (${secondsSince(since)})`, ...lines.map((line) => `    ${line}`)].join('\n'))
    }
  } finally {
    await runner.stop()
  }
  console.log(`${walls.length} walls, ${noticed} noticed, in ${secondsSince(started)}`)
  return noticed === walls.length ? 0 : 1
}

function secondsSince(sinceMs: number): string {
  return `${Math.round((Date.now() - sinceMs) / MS_PER_SECOND)} s`
}

/** Two walls that stand behind each other are taken away together once. */
function rememberingRunner(runner: WallRunner): WallRunner {
  const known = new Map<string, Promise<Outcome>>()
  return {
    ...runner,
    runWithout: (walls, test) => {
      const key = [test, ...walls.map(({ name }) => name).toSorted()].join(' ')
      const outcome = known.get(key) ?? runner.runWithout(walls, test)
      known.set(key, outcome)
      return outcome
    },
  }
}

async function judge(runner: WallRunner, wall: Wall): Promise<Verdict> {
  if (wall.behind.length === 0) return noticed(await runner.runWithout([wall], wall.noticedBy), wall)
  const alone = await aloneOf(runner, wall)
  const others = WALLS.filter(({ name }) => wall.behind.includes(name))
  const together = noticed(await runner.runWithout([wall, ...others], wall.noticedBy), wall)
  return {
    isGood: alone.kind === 'passed' && together.isGood,
    lines: [
      `alone: ${alone.kind === 'passed' ? 'nothing leaks' : described(alone)}`,
      ...together.lines.map((line) => `without ${wall.behind.join(', ')} too: ${line}`),
    ],
  }
}

/** Where nothing leaks without all that have the same walls behind them, nothing leaks without one of them: they are looked at each only if something does. */
async function aloneOf(runner: WallRunner, wall: Wall): Promise<Outcome> {
  const alike = WALLS.filter(({ behind }) => behind.join() === wall.behind.join())
  const all = await runner.runWithout(alike, LEAKS)
  return all.kind === 'passed' ? all : runner.runWithout([wall], LEAKS)
}

/** A test must fail with what the list says: others may break by the way. */
function noticed(outcome: Outcome, { says }: Wall): Verdict {
  const failure = outcome.kind === 'failed' ? outcome.failures.find((each) => says.test(`${each.test}: ${each.says}`)) : undefined
  return failure === undefined
    ? { isGood: false, lines: [`not noticed: ${described(outcome)}`] }
    : { isGood: true, lines: [`noticed by “${failure.test}”: ${failure.says.slice(0, SAYS_AT_MOST)}`] }
}

function described(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
      return `${outcome.count} tests passed`
    case 'did not run':
      return `did not run: ${outcome.why.slice(0, SAYS_AT_MOST)}`
    case 'failed': {
      const [first] = outcome.failures
      const how = first?.says.includes('timed out') === true ? 'ran out of time' : 'failed otherwise'
      return `${how} in “${first?.test}”: ${first?.says.slice(0, SAYS_AT_MOST)}`
    }
  }
}
