import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan, BestAttempts, CountSteps, GroupKey, StepSeconds } from '../plan/nodes.ts'
import { binary, call, lambda, named, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { ATTEMPTS, lowerAttempts, lowerLevels, plain, userOf } from './lowerAttempts.ts'
import { item, textAt } from './lowerPathParts.ts'
import { codeLayout, lowerSteps } from './lowerSteps.ts'

/** Of a best attempt. */
export const BEST = { text: 'best_text', missed: 'missed', begin: 'begin', way: 'way' } as const

/** One scan, one array of whole numbers per user, and of each user and group the best attempt: the rows that are counted. */
export function lowerFunnel(plan: AnalyticsPlan, count: CountSteps): SqlSelect {
  const { keys, steps } = count.input.input
  const groups = keys.map((key, at) => ({ expression: lowerGroup(key, { at, count: keys.length }), as: key.name }))
  // How many of the steps an attempt may miss that has reached this one.
  const isReached = (step: number) => binary('<=', named(BEST.missed), whole(steps.length - 1 - step))
  return select({
    comments: [plan, count, count.input].map(describe),
    columns: [
      ...groups,
      ...count.users.map((as, step) => ({ expression: call('countIf', isReached(step)), as })),
      ...count.seconds.map((each) => ({ expression: lowerSeconds(each, isReached(each.step)), as: each.name })),
    ],
    from: { kind: 'select', select: lowerBest(count.input), as: null },
    groupBy: keys.map((key) => named(key.name)),
    orderBy: keys.flatMap((key): SqlSelect['orderBy'] => [
      ...(key.kind === 'time' ? [] : [{ expression: call('empty', named(key.name)), direction: 'ASC' as const, nullsLast: false }]),
      { expression: named(key.name), direction: 'ASC' as const, nullsLast: false },
    ]),
    limit: plan.limitRows + 1,
  })
}

/** An hour is a number; days and what is longer are dates, which come in the order of their texts. */
function lowerGroup(key: GroupKey, place: { readonly at: number; readonly count: number }): SqlExpression {
  const text = textAt(named(BEST.text), place)
  return key.kind === 'time' && key.unit === 'HOUR' ? call('toInt64', text) : text
}

/** Milliseconds: a quantile between two of them is told by the shaping in whole tenths. */
function lowerSeconds({ step, since, levels }: StepSeconds, isReached: SqlExpression): SqlExpression {
  const from = since === 'first' ? 0 : step - 1
  return call(`quantilesExactInclusiveIf(${levels.join(', ')})`, binary('-', timeOf(step), timeOf(from)), isReached)
}

const timeOf = (step: number): SqlExpression => (step === 0 ? named(BEST.begin) : call('arrayElement', named(BEST.way), whole(step)))

/** Per user and group the best attempt. */
export function lowerBest(node: BestAttempts): SqlSelect {
  const input = { codes: codeLayout(node.input), users: lowerSteps(node.input, node) }
  if (node.isLevelAlone) return lowerLevels(node, { ...input, missed: BEST.missed })
  const attempts = lowerAttempts(node, input)
  return node.input.keys.length === 0 ? bestOfUser(node, attempts) : bestOfGroups(node, attempts)
}

/** The attempts come in the order of time, so the first that misses the fewest is the earliest of them. */
function bestOfUser(node: BestAttempts, attempts: SqlSelect): SqlSelect {
  const missed = call('arrayMin', named(ATTEMPTS.missed))
  const ofBest = (name: string) => call('arrayElement', named(name), call('indexOf', named(ATTEMPTS.missed), missed))
  const times = [
    { expression: ofBest(ATTEMPTS.begin), as: BEST.begin },
    { expression: ofBest(ATTEMPTS.way), as: BEST.way },
  ]
  const columns = [...plain(userOf(node)), { expression: missed, as: BEST.missed }, ...(node.needsTimes ? times : [])]
  return select({ columns, from: { kind: 'select', select: attempts, as: null } })
}

/** The attempts sorted by their group, then how many steps they miss, then their times: the first of each group is its best. */
function bestOfGroups(node: BestAttempts, attempts: SqlSelect): SqlSelect {
  const { needsTimes } = node
  const times = needsTimes ? [named(ATTEMPTS.begin), named(ATTEMPTS.way)] : []
  const sorted = select({
    columns: [...plain(userOf(node)), { expression: call('arraySort', call('arrayZip', named('texts'), named(ATTEMPTS.missed), ...times)), as: 'attempts' }],
    from: { kind: 'select', select: attempts, as: null },
  })
  const nth = call('arrayEnumerateUniq', call('arrayMap', lambda(['attempt'], item(named('attempt'), 1)), named('attempts')))
  const first = call('arrayFilter', lambda(['attempt', 'nth'], binary('=', named('nth'), whole(1))), named('attempts'), nth)
  return select({
    columns: [
      ...plain(userOf(node)),
      ...[BEST.text, BEST.missed, ...(needsTimes ? [BEST.begin, BEST.way] : [])].map((as, i) => ({ expression: item(named('best'), i + 1), as })),
    ],
    from: { kind: 'select', select: sorted, as: null },
    unfolds: [{ expression: first, as: 'best' }],
  })
}
