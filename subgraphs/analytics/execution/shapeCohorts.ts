import type { BoundCohorts } from '../compiler/bound.ts'
import { nameOf } from '../compiler/bind/groups.ts'
import type { CohortsCell } from '../compiler/cell.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { CohortsLayout } from '../compiler/layout.ts'
import type { SealCell } from './cells.ts'
import { divideMillionths, fromMillionths, ratioOfMillionths, toMillionths } from './decimals.ts'
import { membership } from './membership.ts'
import type { QueryRows } from './runQuery.ts'
import { bucketReader } from './shapeBucket.ts'

/** One period of a cohort; money as exact text. */
export type CohortPeriodValue = {
  readonly index: number
  readonly users: number
  readonly retention: number | null
  /** null when it is masked, as all that may be null. */
  readonly events: (name: string | null) => number | null
  readonly revenue: string | null
  readonly cumulativeRevenue: string | null
  readonly arpu: string | null
  readonly ltv: string | null
  readonly roas: number | null
  readonly matureUsers: number
  readonly isPartial: boolean
  readonly cell: () => string
}

export type CohortRowValue = {
  readonly start: Date
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
  readonly size: number
  /** null when it was not asked for, and when it is masked. */
  readonly cost: string | null
  readonly periods: readonly CohortPeriodValue[]
  /** Leads to all members. */
  readonly cell: () => string
}

export type CohortRows = { readonly rows: readonly CohortRowValue[]; readonly isTruncated: boolean }

export function shapeCohorts(compiled: Compiled<BoundCohorts>, answer: QueryRows, { seal }: { readonly seal: SealCell<CohortsCell> }): CohortRows {
  const { bound, plan, select } = compiled
  const { layout } = plan
  if (layout.kind !== 'cohorts') throw new Error('A cohorts question has a cohorts plan.')
  const readBucket = bucketReader(bound.grain, bound.timeZone)
  const names = select.columns.map(({ expression, as }) => as ?? (expression.kind === 'name' ? expression.name : ''))
  const at = (name: string): number => names.indexOf(name)
  const rows = answer.rows.slice(0, bound.limitRows).map((values): CohortRowValue => {
    const labels = new Map(bound.groups.map((group, i) => [nameOf(group), values[at(layout.groups[i] ?? '')]]))
    const label = (key: string): string | null => {
      const value = labels.get(key)
      return typeof value === 'string' && value !== '' ? value : null
    }
    const cells = readCells(values[at(layout.cells)], layout)
    const size = cells.reduce((sum, cell) => sum + (cell.period === 0 ? cell.members : 0), 0)
    const sealPeriods = (periods: CohortsCell['periods']) =>
      seal({ cohort: String(values[at(layout.cohort)]), groups: layout.groups.map((name) => String(values[at(name)])), periods })
    const cost = layout.cost === null ? null : toMillionths(values[at(layout.cost)])
    return {
      start: new Date(readBucket(values[at(layout.cohort)]).startMs),
      dimension: (field) => label(`dimension ${field}`),
      property: (name) => label(`property ${name}`),
      segment: (id) => membership(label(`segment ${id.toLowerCase()}`)),
      size,
      cost: cost === null || bound.masked.has('cost') ? null : fromMillionths(cost),
      periods: shapePeriods({ cells, bound, layout, size, cost, sealPeriods }),
      cell: () => sealPeriods(null),
    }
  })
  return { rows, isTruncated: answer.rows.length > bound.limitRows }
}

/** The numbers of those members of a cohort that are observed through the same number of periods. */
type Cell = {
  readonly period: number
  readonly mature: number
  readonly members: number
  readonly users: number
  readonly revenue: bigint
  readonly events: ReadonlyMap<string | null, number>
}

function readCells(value: unknown, layout: CohortsLayout): readonly Cell[] {
  if (!Array.isArray(value)) throw new Error('The cells of a cohort are an array.')
  const at = new Map(layout.columns.map((name, i) => [name, CELL_HEAD + i]))
  const position = (name: string | null): number => (name === null ? -1 : (at.get(name) ?? -1))
  const users = position(layout.users)
  const revenue = position(layout.revenue)
  const events = [...layout.eventCounts].map(([name, column]) => [name, position(column)] as const)
  return value.map((cell: unknown): Cell => {
    if (!Array.isArray(cell)) throw new Error('A cell is an array.')
    return {
      period: whole(cell[0]),
      mature: whole(cell[1]),
      members: whole(cell[2]),
      users: users < 0 ? 0 : whole(cell[users]),
      revenue: revenue < 0 ? 0n : toMillionths(cell[revenue]),
      events: new Map(events.map(([name, i]) => [name, whole(cell[i])])),
    }
  })
}

/** Period, mature periods and members come before the numbers asked for. */
const CELL_HEAD = 3

function whole(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return number
}

type Shaping = {
  readonly cells: readonly Cell[]
  readonly bound: BoundCohorts
  readonly layout: CohortsLayout
  readonly size: number
  readonly cost: bigint | null
  readonly sealPeriods: (periods: CohortsCell['periods']) => string
}

/** Every period 0 to n-1, also those without a row. Under MATURE the quotients are of the members observed through the period alone. */
function shapePeriods(shaping: Shaping): readonly CohortPeriodValue[] {
  const { cells, bound, size, cost, sealPeriods } = shaping
  const isMatureOnly = bound.denominator === 'MATURE'
  const matureAt = matureMembers(cells, bound.periods)
  const byPeriod = Array.from({ length: bound.periods }, (): Cell[] => [])
  for (const cell of cells) byPeriod[cell.period]?.push(cell)
  const activeAt = bound.isUnbounded ? laterUsers(shaping) : (k: number) => byPeriod[k] ?? []
  let cumulative = 0n
  const cumulativeByMature = new Map<number, bigint>()
  const shown = <Value>(field: string, value: Value): Value | null => (bound.masked.has(field) ? null : value)
  return byPeriod.map((own, k): CohortPeriodValue => {
    const counts = (cell: { readonly mature: number }) => !isMatureOnly || cell.mature > k
    const members = isMatureOnly ? (matureAt[k] ?? 0) : size
    const revenue = sumMoney(own)
    cumulative += revenue
    for (const cell of own) cumulativeByMature.set(cell.mature, (cumulativeByMature.get(cell.mature) ?? 0n) + cell.revenue)
    const active = activeAt(k)
    const countedCumulative = isMatureOnly ? [...cumulativeByMature].reduce((total, [mature, of]) => (mature > k ? total + of : total), 0n) : cumulative
    const users = sum(active.map((cell) => cell.users))
    const isPartial = (matureAt[k] ?? 0) < size
    return {
      index: k,
      users,
      retention: members === 0 ? null : shown('retention', sum(active.filter(counts).map((cell) => cell.users)) / members),
      events: (name) => shown('events', sum(own.map((cell) => cell.events.get(name) ?? 0))),
      revenue: shown('revenue', fromMillionths(revenue)),
      cumulativeRevenue: shown('cumulativeRevenue', fromMillionths(cumulative)),
      arpu: shown('arpu', textOrNull(divideMillionths(sumMoney(own.filter(counts)), members))),
      ltv: shown('ltv', textOrNull(divideMillionths(countedCumulative, members))),
      // What the mature members alone have cost is not known.
      roas: cost === null || (isMatureOnly && isPartial) ? null : shown('roas', ratioOfMillionths(cumulative, cost)),
      matureUsers: matureAt[k] ?? 0,
      isPartial,
      cell: () => sealPeriods({ from: k, to: bound.isUnbounded ? null : k }),
    }
  })
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

/** Users of a period or any later one: a period without rows has those of the next one that has, per number of mature periods. */
function laterUsers({ cells, bound }: Shaping): (k: number) => readonly { readonly mature: number; readonly users: number }[] {
  const byMature = new Map<number, Cell[]>()
  for (const cell of cells) byMature.set(cell.mature, [...(byMature.get(cell.mature) ?? []), cell])
  const next = [...byMature].map(([mature, own]) => {
    const users: number[] = Array.from({ length: bound.periods + 1 }, () => 0)
    const atPeriod = new Map(own.map((cell) => [cell.period, cell.users]))
    for (let k = bound.periods; k >= 0; k--) users[k] = atPeriod.get(k) ?? users[k + 1] ?? 0
    return { mature, users }
  })
  return (k) => next.map(({ mature, users }) => ({ mature, users: users[k] ?? 0 }))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const sumMoney = (cells: readonly Cell[]): bigint => cells.reduce((total, cell) => total + cell.revenue, 0n)
const textOrNull = (millionths: bigint | null): string | null => (millionths === null ? null : fromMillionths(millionths))
