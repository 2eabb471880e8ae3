import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { bucketOf, type Bucket } from './calendar.ts'
import { matches } from './filters.ts'
import { compareTexts, groupBy, labelOf, labelsKey, labelsOf, NO_LABELS, type Labels } from './groups.ts'
import type { FunnelQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { occurredAt, type World } from './world.ts'

/** One attempt: when each step that it reached was, the first step first. */
type Attempt = { readonly user: string; readonly first: StoredEvent; readonly times: readonly number[] }

export type FunnelRow = {
  readonly time: (Bucket & { readonly isPartial: boolean }) | null
  readonly labels: Labels
  /** Per step the attempts of the users who reached it, one each. */
  readonly reached: readonly (readonly Attempt[])[]
}
export type FunnelAnswer = {
  readonly rows: readonly FunnelRow[]
  readonly isTruncated: boolean
  /** Before the limit. */ readonly allRows: readonly FunnelRow[]
}

type Request = { world: World; tenantId: string; input: FunnelQuestion; now: number; asOf: number }

/**
 * The naive calculation of `funnel`: of each user every row that can begin an attempt is tried, one after the other, by looking through the rows
 * after it; then of each user and group the attempt that got furthest counts, the earliest of those that got equally far.
 */
export function referenceFunnel({ world, tenantId, input, now, asOf }: Request): FunnelAnswer {
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const own = world.filter((row) => row.tenant_id === tenantId && row.user_id !== '' && occurredAt(row) >= range.start && occurredAt(row) < asOf)
  const attempts = [...groupBy(own, (row) => row.user_id).values()].flatMap((rows) => attemptsOf(rows, { input, range }))
  const unit = input.groupBy.flatMap((by) => ('time' in by ? [by.time] : []))[0] ?? null
  const bucket = (row: StoredEvent) => (unit === null ? null : bucketOf(occurredAt(row), unit, input.timeZone))
  const groups = groupBy(attempts, ({ first }) => `${bucket(first)?.start ?? ''} ${labelsKey(labelsOf(first, input.groupBy))}`)
  const rows = [...groups.values()].map((group): FunnelRow => {
    const first = group[0]?.first
    if (first === undefined) throw new Error('A group has an attempt.')
    const time = bucket(first)
    return {
      time: time && { ...time, isPartial: time.start < range.start || time.end > range.end || time.end > asOf },
      labels: labelsOf(first, input.groupBy),
      reached: reachedOf(group, input),
    }
  })
  const alone: FunnelRow = { time: null, labels: NO_LABELS, reached: reachedOf(attempts, input) }
  const allRows = input.groupBy.length === 0 ? [alone] : rows.toSorted((a, b) => compareRows(a, b, input))
  return { rows: allRows.slice(0, input.limit), isTruncated: allRows.length > input.limit, allRows }
}

function reachedOf(attempts: readonly Attempt[], { steps }: FunnelQuestion): readonly (readonly Attempt[])[] {
  const best = [...groupBy(attempts, ({ user }) => user).values()].flatMap((each) => {
    const furthest = Math.max(...each.map(({ times }) => times.length))
    return each.find(({ times }) => times.length === furthest) ?? []
  })
  return steps.map((_, step) => best.filter(({ times }) => times.length > step))
}

/** A row with what it is to the funnel. */
type Met = {
  readonly row: StoredEvent
  readonly at: number
  /** The places of the steps that it meets. */
  readonly steps: readonly number[]
  readonly canBegin: boolean
  readonly ends: boolean
  /** Whether STRICT lets no such row lie between. */
  readonly isBetween: boolean
}

function attemptsOf(rows: readonly StoredEvent[], { input, range }: { input: FunnelQuestion; range: Bucket }): readonly Attempt[] {
  const met = rows.map((row) => metBy(row, { input, range })).toSorted((a, b) => compareMet(a, b, input))
  return met.flatMap((first, i) => (first.canBegin ? [attemptFrom(first, met.slice(i + 1), input)] : []))
}

function metBy(row: StoredEvent, { input, range }: { input: FunnelQuestion; range: Bucket }): Met {
  const at = occurredAt(row)
  const steps = input.steps.flatMap(({ event, where }, i) => (row.event === event && !row.is_refund && matches(where, row) ? [i] : []))
  const begins = input.order === 'UNORDERED' ? steps.length > 0 : steps.includes(0)
  return {
    row,
    at,
    steps,
    canBegin: begins && at < range.end && matches(input.where, row),
    ends: (input.exclude ?? []).some(({ event, where }) => row.event === event && matches(where, row)),
    isBetween: row.touch === 'none' || input.steps.some(({ event }) => event === row.event),
  }
}

/** By time; at one instant those that can begin an attempt first, those that end one last, and else by the last step they meet, then the last but one. */
function compareMet(a: Met, b: Met, input: FunnelQuestion): number {
  const byFlags = a.at - b.at || Number(b.canBegin) - Number(a.canBegin) || Number(a.ends) - Number(b.ends)
  if (byFlags !== 0) return byFlags
  const [ofA, ofB] = [a.steps.toReversed(), b.steps.toReversed()]
  for (let i = 0; i < Math.max(ofA.length, ofB.length); i++) {
    const difference = (ofA[i] ?? -1) - (ofB[i] ?? -1)
    if (difference !== 0) return difference
  }
  // Whatever is alike up to here is told apart by its groups alone.
  const [labelsA, labelsB] = [labelsOf(a.row, input.groupBy), labelsOf(b.row, input.groupBy)]
  for (const by of input.groupBy) {
    const difference = compareTexts(labelOf(labelsA, by) ?? '', labelOf(labelsB, by) ?? '', 'ASC')
    if (difference !== 0) return difference
  }
  return 0
}

const SECOND_MS = 1_000

function attemptFrom(first: Met, after: readonly Met[], input: FunnelQuestion): Attempt {
  const ended = after.find(({ ends }) => ends)?.at ?? Infinity
  const until = Math.min(first.at + input.windowSeconds * SECOND_MS, ended)
  const inTime = after.filter(({ at }) => at <= until)
  const times = input.order === 'UNORDERED' ? timesInAnyOrder(first, inTime) : timesInOrder(first, inTime, input)
  return { user: first.row.user_id, first: first.row, times }
}

function timesInOrder(first: Met, after: readonly Met[], { order, steps }: FunnelQuestion): readonly number[] {
  const times = [first.at]
  let left = after
  for (let step = 1; step < steps.length; step++) {
    const i = left.findIndex((each) => each.steps.includes(step))
    const found = left[i]
    if (found === undefined) return times
    const previous = times.at(-1) ?? first.at
    if (order === 'STRICT' && after.some(({ at, isBetween }) => isBetween && at > previous && at < found.at)) return times
    times.push(found.at)
    left = left.slice(i + 1)
  }
  return times
}

/** When as many steps as there are times could first be served, each by a row of its own. */
function timesInAnyOrder(first: Met, after: readonly Met[]): readonly number[] {
  /** The row that serves each step. */
  const serving = new Map<number, Met>()
  const times: number[] = []
  for (const row of [first, ...after]) if (canServe(row, { serving, seen: new Set() })) times.push(row.at)
  return times
}

/** Gives the row a step, if need be by giving the row that serves it another. */
function canServe(row: Met, given: { readonly serving: Map<number, Met>; readonly seen: Set<number> }): boolean {
  for (const step of row.steps) {
    if (given.seen.has(step)) continue
    given.seen.add(step)
    const other = given.serving.get(step)
    if (other === undefined || canServe(other, given)) {
      given.serving.set(step, row)
      return true
    }
  }
  return false
}

const TENTHS = 10
const SECOND_TENTHS = SECOND_MS * TENTHS

/** The inclusive percentile of the seconds between two steps, exact to a tenth of a millisecond; `tenths` of 10 is the level. */
export function secondsBetween(attempts: readonly Attempt[], { from, to, tenths }: { from: number; to: number; tenths: number }): number | null {
  const sorted = attempts.map(({ times }) => (times[to] ?? 0) - (times[from] ?? 0)).toSorted((a, b) => a - b)
  if (sorted.length === 0) return null
  const place = (sorted.length - 1) * tenths
  const low = sorted[Math.floor(place / TENTHS)] ?? 0
  const high = sorted[Math.floor(place / TENTHS) + 1] ?? low
  return (low * TENTHS + (place % TENTHS) * (high - low)) / SECOND_TENTHS
}

function compareRows(a: FunnelRow, b: FunnelRow, input: FunnelQuestion): number {
  for (const by of input.groupBy) {
    const difference = 'time' in by ? (a.time?.start ?? 0) - (b.time?.start ?? 0) : compareTexts(labelOf(a.labels, by), labelOf(b.labels, by), 'ASC')
    if (difference !== 0) return difference
  }
  return 0
}
