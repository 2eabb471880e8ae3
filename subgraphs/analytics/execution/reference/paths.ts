import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { fromMicros, toMicros } from './decimals.ts'
import { matches } from './filters.ts'
import { compareTexts, groupBy } from './groups.ts'
import { graphOf } from './pathGraph.ts'
import type { PathsQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { occurredAt, type World } from './world.ts'

/** One path of one user. */
export type GonePath = { readonly user: string; readonly steps: readonly string[]; readonly micros: bigint }

type Asked = { readonly world: World; readonly tenantId: string; readonly input: PathsQuestion; readonly now: number }
type Shown = { readonly users: string; readonly conversions: string; readonly revenue: string }
type PathsAnswer = {
  readonly paths: readonly (Shown & { readonly steps: readonly string[] })[]
  readonly totals: Shown
  readonly isTruncated: boolean
  readonly graph: ReturnType<typeof graphOf>
}

/** The naive calculation of `paths`: for each conversion, or each user, the events of the user are looked through one by one. */
export function answerPaths({ world, tenantId, input, now }: Asked): PathsAnswer {
  const gone = pathsOf(world, { tenantId, input, now })
  const groups = [...groupBy(gone, ({ steps }) => JSON.stringify(steps)).values()].map((group) => ({ steps: group[0]?.steps ?? [], group }))
  const sorted = groups.toSorted((a, b) => b.group.length - a.group.length || usersOf(b.group) - usersOf(a.group) || compareSteps(a.steps, b.steps))
  return {
    paths: sorted.slice(0, input.limit).map(({ steps, group }) => ({ steps, ...show(group) })),
    totals: show(gone),
    isTruncated: sorted.length > input.limit,
    graph: graphOf(gone, input),
  }
}

const usersOf = (gone: readonly GonePath[]): number => new Set(gone.map(({ user }) => user)).size

const show = (gone: readonly GonePath[]): Shown => ({
  users: String(usersOf(gone)),
  conversions: String(gone.length),
  revenue: fromMicros(gone.reduce((sum, { micros }) => sum + micros, 0n)),
})

function compareSteps(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compareTexts(a[i] ?? '', b[i] ?? '', 'ASC')
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const DAY_MS = 86_400_000

function pathsOf(world: World, { tenantId, input, now }: Omit<Asked, 'world'>): readonly GonePath[] {
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const own = world.filter((row) => row.tenant_id === tenantId && row.user_id !== '' && occurredAt(row) < range.end)
  const users = [...groupBy(own, (row) => row.user_id).values()].map((rows) =>
    rows.toSorted((a, b) => occurredAt(a) - occurredAt(b) || compareTexts(a.event_id, b.event_id, 'ASC')),
  )
  const isInRange = (row: StoredEvent) => occurredAt(row) >= range.start
  const { conversion } = input
  if (!conversion) return users.flatMap((rows) => fromStart(rows.filter(isInRange), input))
  const isConversion = (row: StoredEvent) => row.event === conversion.event && !row.is_refund && matches(conversion.where, row)
  return users.flatMap((rows) =>
    rows.flatMap((row, i) => (isConversion(row) && isInRange(row) ? [beforeConversion(row, { before: rows.slice(0, i), isConversion, input })] : [])),
  )
}

const isStep = (row: StoredEvent, { where, includeTouches }: PathsQuestion): boolean => (includeTouches || row.touch === 'none') && matches(where, row)

type Before = { readonly before: readonly StoredEvent[]; readonly isConversion: (row: StoredEvent) => boolean; readonly input: PathsQuestion }

function beforeConversion(conversion: StoredEvent, { before, isConversion, input }: Before): GonePath {
  const steps: string[] = []
  // From the conversion back to the one before it.
  for (const row of before.toReversed()) {
    if (isConversion(row)) break
    if (occurredAt(conversion) - occurredAt(row) > input.lookbackDays * DAY_MS || !isStep(row, input)) continue
    if (input.collapseRepeats && steps[0] === row.event) continue
    if (steps.length === input.depth) break
    steps.unshift(row.event)
  }
  return { user: conversion.user_id, steps, micros: toMicros(conversion.revenue) }
}

function fromStart(rows: readonly StoredEvent[], input: PathsQuestion): readonly GonePath[] {
  const first = rows.findIndex((row) => isStart(row, input))
  const start = rows[first]
  if (start === undefined) return []
  const steps = [start.event]
  let micros = toMicros(start.revenue)
  for (const row of rows.slice(first + 1)) {
    if (!isStep(row, input)) continue
    const isRepeat = input.collapseRepeats && steps.at(-1) === row.event
    if (!isRepeat && steps.length === input.depth) break
    if (!isRepeat) steps.push(row.event)
    micros += toMicros(row.revenue)
  }
  return [{ user: start.user_id, steps, micros }]
}

function isStart(row: StoredEvent, input: PathsQuestion): boolean {
  const { start } = input
  if (!start) return isStep(row, input)
  const isNamed = typeof start.event === 'string' ? row.event === start.event && !row.is_refund : isStep(row, input)
  return isNamed && matches(start.where, row)
}
