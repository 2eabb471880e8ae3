import type { BoundCohorts, Bracket } from '../compiler/bound.ts'
import type { CohortsCell } from '../compiler/cell.ts'
import type { CohortsLayout } from '../compiler/layout.ts'
import type { IntervalValue } from '../model/interval.ts'
import { divideMillionths, fromMillionths, ratioOfMillionths } from './decimals.ts'
import type { Cell } from './shapeCells.ts'
import { wilsonInterval } from './wilson.ts'

/** One period or bracket of a cohort; money as exact text. */
export type CohortPeriodValue = Bracket & {
  readonly index: number
  readonly users: number
  readonly retention: number | null
  readonly retentionInterval: (level: number) => IntervalValue | null
  /** null when it is masked, as all that may be null. */
  readonly events: (name: string | null) => number | null
  readonly payers: number | null
  readonly purchases: number | null
  readonly revenue: string | null
  readonly cumulativeRevenue: string | null
  readonly arpu: string | null
  readonly ltv: string | null
  readonly roas: number | null
  readonly matureUsers: number
  readonly isPartial: boolean
  /** Leads to the users; null of the mean, which is of many cohorts. */
  readonly cell: () => string | null
}

export type Shaping = {
  readonly cells: readonly Cell[]
  readonly bound: BoundCohorts
  readonly layout: CohortsLayout
  /** Null when it was not asked for. */
  readonly cost: bigint | null
  /** null for the mean. */
  readonly seal: ((periods: CohortsCell['periods']) => string) | null
}

export const sizeOf = (cells: readonly Cell[]): number => sum(cells.map((cell) => (cell.period === 0 ? cell.members : 0)))

/** Every period or bracket of the question, also those without a row. Under MATURE the quotients are of the members observed through the period alone. */
export function shapePeriods(shaping: Shaping): readonly CohortPeriodValue[] {
  const { cells, bound, cost } = shaping
  const size = sizeOf(cells)
  const isMatureOnly = bound.denominator === 'MATURE'
  const matureAt = matureMembers(cells, bound.periods)
  const shownPeriods = bound.brackets ?? Array.from({ length: bound.periods }, (_, k) => ({ from: k, to: k }))
  const byPeriod = cellsByPeriod(cells)
  const activeOf = activeUsers(shaping, { byPeriod, shownPeriods })
  const cumulativeTo = cumulativeRevenues({ byPeriod, periods: bound.periods, isMatureOnly })
  const shown = <Value>(field: string, value: Value): Value | null => (bound.masked.has(field) ? null : value)
  return shownPeriods.map(({ from, to }, index): CohortPeriodValue => {
    const own = Array.from({ length: to - from + 1 }, (_, k) => byPeriod.get(from + k) ?? []).flat()
    const mature = matureAt[to] ?? 0
    const members = isMatureOnly ? mature : size
    const active = activeOf(index)
    const cumulative = cumulativeTo[to] ?? NOTHING
    const isPartial = mature < size
    const payers = shaping.layout.merged === null ? own : (byPeriod.get(shaping.layout.merged.payers[index] ?? -1) ?? [])
    return {
      index,
      from,
      to,
      users: active.all,
      retention: members === 0 ? null : shown('retention', active.counted / members),
      retentionInterval: (level) => (members === 0 ? null : shown('retentionInterval', wilsonInterval(active.counted, members, level))),
      events: (name) => shown('events', sum(own.map((cell) => cell.events.get(name) ?? 0))),
      payers: shown('payers', sum(payers.map((cell) => cell.payers))),
      purchases: shown('purchases', sum(own.map((cell) => cell.purchases))),
      revenue: shown('revenue', fromMillionths(sumMoney(own))),
      cumulativeRevenue: shown('cumulativeRevenue', fromMillionths(cumulative.all)),
      arpu: shown('arpu', textOrNull(divideMillionths(sumMoney(isMatureOnly ? own.filter((cell) => cell.mature > to) : own), members))),
      ltv: shown('ltv', textOrNull(divideMillionths(cumulative.counted, members))),
      // What the mature members alone have cost is not known.
      roas: cost === null || (isMatureOnly && isPartial) ? null : shown('roas', ratioOfMillionths(cumulative.all, cost)),
      matureUsers: mature,
      isPartial,
      cell: () => (shaping.seal === null ? null : shaping.seal({ from, to: bound.isUnbounded ? null : to })),
    }
  })
}

function cellsByPeriod(cells: readonly Cell[]): ReadonlyMap<number, readonly Cell[]> {
  const byPeriod = new Map<number, Cell[]>()
  for (const cell of cells) {
    const same = byPeriod.get(cell.period)
    if (same === undefined) byPeriod.set(cell.period, [cell])
    else same.push(cell)
  }
  return byPeriod
}

/** By period the members observed through its end. */
function matureMembers(cells: readonly Cell[], periods: number): readonly number[] {
  const through = Array.from({ length: periods + 1 }, () => 0)
  for (const cell of cells) if (cell.period === 0) through[cell.mature] = (through[cell.mature] ?? 0) + cell.members
  let later = 0
  return through
    .map((members) => ((later += members), later))
    .map((upTo) => later - upTo)
    .slice(0, periods)
}

type Periods = { readonly byPeriod: ReadonlyMap<number, readonly Cell[]>; readonly shownPeriods: readonly Bracket[] }
type Active = { readonly all: number; readonly counted: number }
const NOBODY: Active = { all: 0, counted: 0 }

/** By the index of a shown period its active members, and those of them of whom the retention is. */
function activeUsers(shaping: Shaping, { byPeriod, shownPeriods }: Periods): (index: number) => Active {
  const { bound, layout } = shaping
  const isCounted = (mature: number, to: number) => bound.denominator === 'ALL' || mature > to
  const of = (cells: readonly { readonly mature: number; readonly users: number }[], to: number): Active => ({
    all: sum(cells.map((cell) => cell.users)),
    counted: sum(cells.map((cell) => (isCounted(cell.mature, to) ? cell.users : 0))),
  })
  const { merged } = layout
  if (merged !== null || !layout.isUnbounded)
    return (index) => {
      const { from = 0, to = 0 } = shownPeriods[index] ?? {}
      // Without a merge a bracket is one run, whose cells are those of its first period.
      return of(byPeriod.get(merged?.users[index] ?? from) ?? [], to)
    }
  const active: Active[] = []
  const later = new Map<number, number>()
  const byFrom = new Map<number, number[]>()
  for (const [index, { from }] of shownPeriods.entries()) byFrom.set(from, [...(byFrom.get(from) ?? []), index])
  for (let k = bound.periods; k >= 0; k--) {
    for (const { mature, users } of byPeriod.get(k) ?? []) later.set(mature, (later.get(mature) ?? 0) + users)
    const indexes = byFrom.get(k) ?? []
    if (indexes.length === 0) continue
    const cells = [...later].map(([mature, users]) => ({ mature, users }))
    for (const index of indexes) active[index] = of(cells, shownPeriods[index]?.to ?? k)
  }
  return (index) => active[index] ?? NOBODY
}

type Money = { readonly all: bigint; readonly counted: bigint }
const NOTHING: Money = { all: 0n, counted: 0n }

/** By period the revenue from the entry to its end, and that of the members of whom the quotients are. */
function cumulativeRevenues({ byPeriod, periods, isMatureOnly }: Pick<Periods, 'byPeriod'> & { periods: number; isMatureOnly: boolean }): readonly Money[] {
  let all = 0n
  const byMature = new Map<number, bigint>()
  return Array.from({ length: periods }, (_, k): Money => {
    for (const { mature, revenue } of byPeriod.get(k) ?? []) {
      all += revenue
      byMature.set(mature, (byMature.get(mature) ?? 0n) + revenue)
    }
    return { all, counted: isMatureOnly ? [...byMature].reduce((total, [mature, of]) => (mature > k ? total + of : total), 0n) : all }
  })
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const sumMoney = (cells: readonly Cell[]): bigint => cells.reduce((total, cell) => total + cell.revenue, 0n)
const textOrNull = (millionths: bigint | null): string | null => (millionths === null ? null : fromMillionths(millionths))
