import { describe } from '../plan/describe.ts'
import type { CountJourneys } from '../plan/nodes.ts'
import { binary, call, every, lambda, named, param, select, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { asGroup, END, FIRST_MARK, item, marksOf, SEED, TEXT, type Needs } from './lowerPathParts.ts'
import { lowerPaths } from './lowerPaths.ts'

/** Columns of the answer, in order. A group's text is that of its values, each ended by a NUL; a state is that of several groups. */
export const JOURNEYS = {
  kind: 'kind',
  from: 'state',
  to: 'next',
  what: 'what',
  isShown: 'is_shown',
  paths: 'paths',
  revenue: 'revenue',
  resampled: 'resampled',
} as const
/** Kinds of rows. Of a set `what` is how many different groups the path has, 0 for a conversion without touches; of a transition where it leads. */
export const KIND = { set: 0, transition: 1 } as const
export const LEADS_TO = { group: 0, conversion: 1, nothing: 2 } as const

/**
 * Counts the paths, so that the answer is as large as what is different in them and not as they are many. A path of n touches is unfolded to
 * n + 1 rows: what stood before, at most as many groups as the order, and what comes next, the last time the end.
 */
export function lowerJourneys(journeys: CountJourneys): SqlSelect {
  const { wantsRevenue, resamples, limitRows } = journeys
  const fact = named('fact')
  const names = [JOURNEYS.kind, JOURNEYS.from, JOURNEYS.to, JOURNEYS.what]
  return select({
    comments: [describe(journeys)],
    columns: [
      ...names.map((as, i) => ({ expression: item(fact, i + 1), as })),
      { expression: call('max', named('shown')), as: JOURNEYS.isShown },
      { expression: call('count'), as: JOURNEYS.paths },
      ...(wantsRevenue ? [{ expression: call('sum', named('revenue_of_path')), as: JOURNEYS.revenue }] : []),
      // A count fits: one user has at most so many pairs, and all of them together have fewer than would pass it.
      ...(resamples === 0
        ? []
        : [{ expression: call('arrayMap', lambda(['sum'], call('toUInt32', named('sum'))), call('sumForEach', named('weights'))), as: JOURNEYS.resampled }]),
    ],
    from: { kind: 'select', select: lowerFacts(journeys), as: null },
    groupBy: [fact],
    limit: limitRows + 1,
  })
}

const isNull = ({ nullPaths }: CountJourneys): SqlExpression => (nullPaths === null ? whole(0) : named('is_null'))

/** What each step of a path says of its transition, and the first touch of each group of its set. */
function lowerFacts(journeys: CountJourneys): SqlSelect {
  const { order, countsSets, wantsRevenue, resamples } = journeys
  const state = Array.from({ length: order ?? 0 }, (_, i) => call('toString', named(`before${(order ?? 0) - i}`)))
  const isEnd = binary('>', named('place'), named('n'))
  const leadsTo = call('if', isEnd, call('if', isNull(journeys), whole(LEADS_TO.nothing), whole(LEADS_TO.conversion)), whole(LEADS_TO.group))
  const fact = (kind: number, from: SqlExpression, what: SqlExpression) =>
    call('tuple', call('toUInt8', whole(kind)), from, call('toString', named('to')), call('toUInt32', what))
  const [only = param('String', '')] = state
  const transition = fact(KIND.transition, state.length > 1 ? call('concat', ...state) : only, leadsTo)
  const set = fact(KIND.set, param('String', ''), named('groups'))
  const isOfSet = every({ kind: 'negated', of: isNull(journeys) }, { kind: 'some', of: [named('is_first'), binary('=', named('n'), whole(0))] })
  const facts = [...(order === null ? [] : [transition]), ...(countsSets ? [set] : [])]
  const isAsked = lambda(['fact'], { kind: 'some', of: [binary('=', item(named('fact'), 1), whole(KIND.transition)), isOfSet] })
  return select({
    columns: [
      { expression: call('arrayJoin', countsSets ? call('arrayFilter', isAsked, call('array', ...facts)) : call('array', ...facts)), as: 'fact' },
      { expression: named('shown'), as: null },
      ...(wantsRevenue ? [{ expression: named('revenue'), as: 'revenue_of_path' }] : []),
      ...(resamples === 0 ? [] : [{ expression: named('weights'), as: null }]),
    ],
    from: { kind: 'select', select: lowerSteps(journeys), as: null },
  })
}

/** Each touch of a path and its end, a row each, beside what stood before. Groups are numbers in a dictionary until they are unfolded. */
function lowerSteps(journeys: CountJourneys): SqlSelect {
  const { order, countsSets, wantsRevenue, resamples } = journeys
  const nothing = asGroup(param('String', ''))
  const steps = named('steps')
  const before1 = call('arrayPushFront', steps, nothing)
  const before = (back: number) => (back === 1 ? before1 : call('arrayShiftRight', before1, whole(back - 1), nothing))
  const kept = ['n', ...(countsSets ? ['groups'] : []), ...(journeys.nullPaths === null ? [] : ['is_null'])]
  const isFirst = call('arrayMap', lambda(['nth'], binary('=', named('nth'), whole(1))), call('arrayEnumerateUniq', steps))
  return select({
    columns: [
      ...[...kept, ...(wantsRevenue ? ['revenue'] : []), ...(resamples === 0 ? [] : ['weights'])].map((name) => ({ expression: named(name), as: null })),
      ...['to', 'place', 'shown', ...(countsSets ? ['is_first'] : []), ...Array.from({ length: order ?? 0 }, (_, i) => `before${i + 1}`)].map((name) => ({
        expression: named(name),
        as: null,
      })),
    ],
    from: { kind: 'select', select: lowerPathSteps(journeys), as: null },
    unfolds: [
      { expression: call('arrayPushBack', steps, nothing), as: 'to' },
      { expression: call('range', call('toInt64', whole(1)), binary('+', named('n'), whole(2))), as: 'place' },
      { expression: call('arrayPushBack', named('shown_steps'), call('toUInt8', whole(0))), as: 'shown' },
      ...(countsSets ? [{ expression: call('arrayPushBack', isFirst, call('toUInt8', whole(0))), as: 'is_first' }] : []),
      ...Array.from({ length: order ?? 0 }, (_, i) => ({ expression: before(i + 1), as: `before${i + 1}` })),
    ],
  })
}

/** Each path as its groups, with what it weighs in each resample: as much as its user. */
function lowerPathSteps(journeys: CountJourneys): SqlSelect {
  const { countsSets, wantsRevenue, resamples } = journeys
  const needs = needsOf(journeys)
  const ofPath = (of: SqlExpression) => call('arrayMap', lambda(['touch'], of), named('path'))
  const hasMark = marksOf(needs).length > 0
  return select({
    columns: [
      { expression: named('n'), as: null },
      { expression: ofPath(asGroup(call('concat', item(named('touch'), TEXT), END))), as: 'steps' },
      { expression: ofPath(call('toUInt8', hasMark ? item(named('touch'), FIRST_MARK) : whole(1))), as: 'shown_steps' },
      ...(countsSets ? [{ expression: call('length', call('arrayDistinct', named('steps'))), as: 'groups' }] : []),
      ...(journeys.nullPaths === null ? [] : [{ expression: named('is_null'), as: null }]),
      ...(wantsRevenue ? [{ expression: named('revenue'), as: null }] : []),
      ...(resamples === 0 ? [] : [{ expression: weights(resamples), as: 'weights' }]),
    ],
    from: { kind: 'select', select: lowerPaths(needs), as: null },
  })
}

function needsOf({ input, shown, wantsRevenue, nullPaths, resamples }: CountJourneys): Needs {
  return {
    paths: input,
    shown,
    showsUntouched: true,
    revenue: wantsRevenue,
    assists: false,
    direct: false,
    halfLivesDays: [],
    nullPaths,
    seed: resamples > 0,
  }
}

/** How often a user is drawn, for each resample: told by the user's own number, so that the same question has the same answer. */
function weights(resamples: number): SqlExpression {
  const drawn = call('arrayMap', lambda(['resample'], call('toUInt32', call('cityHash64', named(SEED), named('resample')))), call('range', whole(resamples)))
  const [first = whole(0), ...others] = POISSON.map((below) => binary('>=', named('drawn'), whole(below)))
  return call(
    'arrayMap',
    lambda(
      ['drawn'],
      call(
        'toUInt8',
        others.reduce((sum, each) => binary('+', sum, each), first),
      ),
    ),
    drawn,
  )
}

/** Of the numbers of 32 bits those below the first are drawn 0 times, below the second at most once: the Poisson distribution of mean 1. */
const POISSON: readonly number[] = poisson(12)

function poisson(most: number): readonly number[] {
  const terms = Array.from({ length: most }, (_, k) =>
    Array.from({ length: k }, (__, i) => 1 / (i + 1)).reduce((product, each) => product * each, Math.exp(-1)),
  )
  return terms.map((_, k) => Math.min(2 ** 32 - 1, Math.round(terms.slice(0, k + 1).reduce((sum, each) => sum + each, 0) * 2 ** 32)))
}
