import * as fc from 'fast-check'
import type { ReferenceSegment } from '../reference/segments.ts'
import { randomFilter, worldSegments } from './randomFilter.ts'
import { MAX_DAYS, randomOffset, type Anchor } from './randomWorld.ts'

const DAY_MS = 86_400_000

/** The saved segments of a world: one of any kind, and one that users join by an event. */
export function randomSegments(anchor: Anchor): fc.Arbitrary<readonly ReferenceSegment[]> {
  const [any, joined] = worldSegments
  return fc
    .tuple(randomRule(anchor, 2), joinedRule(anchor), randomFreezing(anchor), randomFreezing(anchor))
    .map(([definition, joinedBy, frozenAt, joinedFrozenAt]) => [
      { id: any, name: 'Any', definition, frozenAt },
      { id: joined, name: 'Joined', definition: joinedBy, frozenAt: joinedFrozenAt },
    ])
}

type Rule = Record<string, unknown>

const timeNear = ({ start }: Anchor): fc.Arbitrary<string> => randomOffset().map((ms) => new Date(start + ms).toISOString())
const randomFreezing = (anchor: Anchor): fc.Arbitrary<string | null> => fc.option(timeNear(anchor), { nil: null, freq: 2 })

const randomEvent = fc.constantFrom('session', 'session', 'purchase', 'purchase', 'install', 'click', 'refund', "level '100%_up'\\", 'never')
const randomWhere = randomFilter(1, { isPlain: true })
const randomRolling = fc.oneof(
  { weight: 4, arbitrary: fc.record({ last: fc.integer({ min: 1, max: MAX_DAYS }), unit: fc.constantFrom('HOUR', 'DAY', 'DAY', 'WEEK', 'MONTH') }) },
  { weight: 1, arbitrary: fc.record({ last: fc.integer({ min: 1, max: 10 }), unit: fc.constantFrom('QUARTER', 'YEAR') }) },
)

function randomFixed(anchor: Anchor): fc.Arbitrary<Rule> {
  return fc.oneof(
    timeNear(anchor).map((start) => ({ start })),
    timeNear(anchor).map((end) => ({ end })),
    fc
      .tuple(randomOffset(), randomOffset())
      .map(([a, b]) => ({ start: new Date(anchor.start + Math.min(a, b)).toISOString(), end: new Date(anchor.start + Math.max(a, b) + DAY_MS).toISOString() })),
  )
}

/** How often: none said, a least, a most, or both. */
const randomCounts = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 4 }).map((atLeast) => ({ atLeast })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map((atMost) => ({ atMost })) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(2), fc.nat(2)).map(([atLeast, more]) => ({ atLeast, atMost: atLeast + more })) },
)

function randomBehaviour(anchor: Anchor): fc.Arbitrary<Rule> {
  const within = fc.oneof(randomRolling, randomFixed(anchor))
  return fc
    .tuple(fc.record({ event: randomEvent, where: randomWhere, within, includeRefunds: fc.boolean() }, { requiredKeys: [] }), randomCounts)
    .map(([what, counts]) => ({ did: { ...what, ...counts } }))
}

function randomRule(anchor: Anchor, depth: number): fc.Arbitrary<Rule> {
  const leaf = fc.oneof({ weight: 4, arbitrary: randomBehaviour(anchor) }, { weight: 1, arbitrary: randomFilter(1, { isPlain: true }).map((is) => ({ is })) })
  if (depth === 0) return leaf
  const inner = randomRule(anchor, depth - 1)
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: inner.map((not) => ({ not })) },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((any) => ({ any })) },
  )
}

/** What an event makes true: at least so often, ever, in a fixed time or, where nothing else must hold too, within the last units. */
function joinedRule(anchor: Anchor): fc.Arbitrary<Rule> {
  const did = (within: fc.Arbitrary<Rule>) =>
    fc
      .record({ event: randomEvent, where: randomWhere, within, includeRefunds: fc.boolean(), atLeast: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: [] })
      .map((behaviour): Rule => ({ did: behaviour }))
  const lasting = did(randomFixed(anchor))
  const all = fc.array(lasting, { minLength: 1, maxLength: 3 }).map((parts): Rule => ({ all: parts }))
  const some = fc.oneof({ weight: 2, arbitrary: lasting }, { weight: 2, arbitrary: did(randomRolling) }, { weight: 1, arbitrary: all })
  return fc.oneof({ weight: 3, arbitrary: some }, { weight: 1, arbitrary: fc.array(some, { minLength: 1, maxLength: 3 }).map((any): Rule => ({ any })) })
}
