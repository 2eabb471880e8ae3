import { z } from 'zod'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { DIMENSIONS, matches } from './filters.ts'
import { compareTexts, groupBy } from './groups.ts'
import { dimensions, filter, timeUnit, type Filter } from './question.ts'
import { occurredAt, storedEvent, type World } from './world.ts'

/** The definition of a segment as it is kept; an unknown member throws. */
export type SegmentRule =
  | { readonly all: readonly SegmentRule[] }
  | { readonly any: readonly SegmentRule[] }
  | { readonly not: SegmentRule }
  | { readonly did: Behaviour }
  | { readonly is: Filter }
export type Behaviour = z.infer<typeof behaviour>

const behaviour = z.strictObject({
  event: z.string().nullish(),
  where: filter.nullish(),
  atLeast: z.int().nullish(),
  atMost: z.int().nullish(),
  within: z.strictObject({ start: z.string().nullish(), end: z.string().nullish(), last: z.int().nullish(), unit: timeUnit.nullish() }).nullish(),
  includeRefunds: z.boolean().nullish(),
})
export const segmentRule: z.ZodType<SegmentRule> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(segmentRule) }),
    z.strictObject({ any: z.array(segmentRule) }),
    z.strictObject({ not: segmentRule }),
    z.strictObject({ did: behaviour }),
    z.strictObject({ is: filter }),
  ]),
)

/** A saved segment; `frozenAt` is RFC 3339. */
export type ReferenceSegment = { readonly id: string; readonly name: string; readonly definition: unknown; readonly frozenAt: string | null }

/** What a question is answered with in the place of a segment's id. */
export type KnownSegment = {
  readonly id: string
  readonly members: ReadonlySet<string>
  readonly rule: SegmentRule
  /** Milliseconds; null when it is not. */ readonly frozenAt: number | null
}

type At = { readonly world: World; readonly tenantId: string; readonly now: number }

/** Looks at each known user in turn: whether the rule holds for all that the user has done before the evaluation time. */
export function knownSegment({ id, definition, frozenAt: frozen }: ReferenceSegment, { world, tenantId, now }: At): KnownSegment {
  const rule = segmentRule.parse(definition)
  const frozenAt = frozen === null ? null : Date.parse(frozen)
  const at = frozenAt ?? now
  const seen = rowsKnown(world, { tenantId, at, isFrozen: frozenAt !== null })
  const members = new Set([...groupBy(seen, (row) => row.user_id)].flatMap(([user, rows]) => (holds(rule, rows, at) ? [user] : [])))
  return { id, members, rule, frozenAt }
}

const recordedAt = (row: StoredEvent): number => Date.parse(`${row.recorded_at.replace(' ', 'T')}Z`)

/** The rows of known users that tell of members. */
export function rowsKnown(world: World, { tenantId, at, isFrozen }: { tenantId: string; at: number; isFrozen: boolean }): World {
  return world.filter((row) => row.tenant_id === tenantId && row.user_id !== '' && occurredAt(row) < at && (!isFrozen || recordedAt(row) < at))
}

function holds(rule: SegmentRule, rows: World, at: number): boolean {
  if ('all' in rule) return rule.all.every((each) => holds(each, rows, at))
  if ('any' in rule) return rule.any.some((each) => holds(each, rows, at))
  if ('not' in rule) return !holds(rule.not, rows, at)
  if ('is' in rule) return matches(rule.is, lastKnown(rows))
  const { within, atMost } = rule.did
  const from = within?.unit ? at - (within.last ?? 0) * HOURS[within.unit] * HOUR_MS : -Infinity
  const times = rows.filter((row) => isBehaviour(row, rule.did) && occurredAt(row) >= from).length
  return times >= leastOf(rule.did) && (typeof atMost !== 'number' || times <= atMost)
}

const leastOf = ({ atLeast, atMost }: Behaviour): number => atLeast ?? (typeof atMost === 'number' ? 0 : 1)

const HOUR_MS = 3_600_000
const HOURS = { HOUR: 1, DAY: 24, WEEK: 7 * 24, MONTH: 30 * 24, QUARTER: 90 * 24, YEAR: 365 * 24 } as const

/** Whether the row is the behaviour and lies in its fixed time. */
function isBehaviour(row: StoredEvent, { event, where, within, includeRefunds }: Behaviour): boolean {
  const isEvent = typeof event === 'string' ? row.event === event : row.touch === 'none' && row.event !== 'install'
  const isTaken = row.is_refund && includeRefunds !== true && event !== 'refund'
  const isAfter = typeof within?.start !== 'string' || occurredAt(row) >= Date.parse(within.start)
  const isBefore = typeof within?.end !== 'string' || occurredAt(row) < Date.parse(within.end)
  return isEvent && !isTaken && isAfter && isBefore && matches(where, row)
}

const inOrder = (rows: World): World => rows.toSorted((a, b) => occurredAt(a) - occurredAt(b) || compareTexts(a.event_id, b.event_id, 'ASC'))

/** A row with the newest value of every column and property that any of the rows has. */
function lastKnown(rows: World): StoredEvent {
  const newestFirst = inOrder(rows).toReversed()
  const columns = dimensions.map((dimension) => DIMENSIONS[dimension].column)
  const nothing = storedEvent({ tenant_id: '', event: '', event_id: '', at: 0, app_id: '' })
  const values = Object.fromEntries(columns.map((column) => [column, newestFirst.find((row) => row[column] !== '')?.[column] ?? '']))
  const names = new Set(rows.flatMap((row) => Object.keys(row.properties)))
  const properties = Object.fromEntries(
    [...names].map((name) => [name, newestFirst.map((row) => row.properties[name] ?? '').find((each) => each !== '') ?? '']),
  )
  return { ...nothing, ...values, properties }
}

/** The row by which a user first met the rule; null when none did, and for rules that are not met by rows. */
export function joiningRow(rule: SegmentRule, rows: World): StoredEvent | null {
  if ('did' in rule) {
    const { within } = rule.did
    const least = leastOf(rule.did)
    const found = inOrder(rows.filter((row) => isBehaviour(row, rule.did)))
    const length = within?.unit ? (within.last ?? 0) * HOURS[within.unit] * HOUR_MS : Infinity
    return found.find((row, i) => i + 1 >= least && occurredAt(row) - occurredAt(found[i + 1 - least] ?? row) < length) ?? null
  }
  if ('all' in rule) {
    const parts = rule.all.map((each) => joiningRow(each, rows))
    return parts.includes(null) ? null : (inOrder(parts.flatMap((row) => row ?? [])).at(-1) ?? null)
  }
  if ('any' in rule) return inOrder(rule.any.flatMap((each) => joiningRow(each, rows) ?? []))[0] ?? null
  throw new Error('Nobody joins this segment.')
}

/** The arguments of a question with each id of a segment replaced by the segment. An id that is not known throws. */
export function withSegments(value: unknown, known: (id: string) => KnownSegment): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => withSegments(each, known))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, below]) => [member, member === 'segment' && typeof below === 'string' ? known(below) : withSegments(below, known)]),
  )
}
