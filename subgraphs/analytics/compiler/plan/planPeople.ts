import { IS_TOUCH } from '../../model/attribution.ts'
import { all, KNOWN_USER } from '../../model/condition.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import { bucketOfDate, bucketOfHour } from '../calendar.ts'
import type { BoundCell, BoundEvents, BoundJourneyEvents, BoundUsers } from '../bound.ts'
import type { AnalyticsPlan, GroupKey, ScanEvents } from './nodes.ts'
import { planAttribution } from './planAttribution.ts'
import { planCohorts } from './planCohorts.ts'
import { planFunnel } from './planFunnel.ts'
import { planMetrics } from './planMetrics.ts'
import type { KeyValue, ListEvents, ListUsers, UsersOfCell, UsersOfTouches } from './userNodes.ts'

type Times = { readonly asOfMs: number }
/** Makes the plan of an analysis cheaper for the same rows. */
type Tidy = (plan: AnalyticsPlan) => AnalyticsPlan

/** One statement: the users behind the cell, told by the plan of its own question, stand within a scan of all that is known of them. */
export function planUsers(bound: BoundUsers, { asOfMs, tidy }: Times & { readonly tidy: Tidy }): AnalyticsPlan {
  const { tenantId, rowFilter, columns } = bound
  const input: ListUsers = {
    kind: 'ListUsers',
    input: { kind: 'ScanEvents', tenantId, table: 'events', startMs: null, endMs: endOf(bound.of, asOfMs), rowFilter, condition: KNOWN_USER },
    of: bound.of.kind === 'ids' ? { ids: bound.of.ids } : planCell(bound.of, { asOfMs, tidy }),
    where: bound.where,
    columns,
    hasTotal: bound.wantsTotal,
    after: bound.after,
  }
  return {
    kind: 'SortLimit',
    input,
    order: [{ name: 'user_id', direction: 'ASC', as: 'text' }],
    limitRows: bound.limitRows,
    showsRows: true,
    layout: { kind: 'users', groups: [], columns, total: bound.wantsTotal ? 'total' : null },
  }
}

/** Rows that are ahead of the clock are counted where a range reaches so far; cohorts and funnels count nothing that is not yet known. */
const endOf = (of: BoundUsers['of'], asOfMs: number): number =>
  of.kind === 'metrics' || of.kind === 'attribution' ? Math.max(asOfMs, of.question.range.endMs) : asOfMs

/** The newest first, so that a page begins with what happened last. */
export function planEvents(bound: BoundEvents, { asOfMs }: Times): AnalyticsPlan {
  const { tenantId, rowFilter, condition, startMs, userId, before, columns } = bound
  const endMs = Math.min(bound.endMs ?? asOfMs, asOfMs)
  const scan: ScanEvents = { kind: 'ScanEvents', tenantId, table: 'events', startMs, endMs, rowFilter, condition }
  return {
    kind: 'SortLimit',
    input: { kind: 'ListEvents', input: scan, of: { kind: 'user', userId }, before, columns },
    order: NEWEST_FIRST,
    limitRows: bound.limitRows,
    showsRows: true,
    layout: { kind: 'events', groups: [], columns },
  }
}

const NEWEST_FIRST: AnalyticsPlan['order'] = [
  { name: 'occurred_at', direction: 'DESC', as: 'number' },
  { name: 'event_id', direction: 'DESC', as: 'text' },
]

/** Which conversions and touches they are is told by the plan of the cell's own question. */
export function planJourneyEvents(bound: BoundJourneyEvents, { tidy }: { readonly tidy: Tidy }): AnalyticsPlan {
  const { tenantId, rowFilter, part, columns, limitRows } = bound
  const cell = planTouches(bound.of, tidy)
  const { conversion, fromMs, clickMs, viewMs, input } = cell.input
  const scan = { kind: 'ScanEvents', tenantId, table: 'events', rowFilter } as const
  const times = part.kind === 'touches' ? part.before.map(({ atMs }) => atMs) : []
  const events: ListEvents =
    part.kind === 'conversions'
      ? {
          kind: 'ListEvents',
          input: { ...scan, startMs: fromMs, endMs: input.endMs, condition: conversion },
          of: { kind: 'conversions', cell },
          before: part.before,
          columns,
        }
      : {
          kind: 'ListEvents',
          input: { ...scan, startMs: Math.min(...times) - Math.max(clickMs, viewMs), endMs: Math.max(...times) + 1, condition: all(KNOWN_USER, IS_TOUCH) },
          of: { kind: 'touches', cell, before: part.before },
          before: null,
          columns,
        }
  return { kind: 'SortLimit', input: events, order: NEWEST_FIRST, limitRows, showsRows: true, layout: { kind: 'events', groups: [], columns } }
}

function planCell(cell: BoundCell, { asOfMs, tidy }: Times & { readonly tidy: Tidy }): UsersOfCell {
  switch (cell.kind) {
    case 'metrics': {
      const { input } = tidy(planMetrics(cell.question))
      if (input.kind !== 'Divide') throw new Error('A metrics question has a metrics plan.')
      const group = cell.at.groups === null ? [] : pair(input.input.keys, cell.at.groups)
      const scan = input.input.input
      return { kind: 'UsersOfRows', input: { ...withinBucket(scan, group), condition: all(KNOWN_USER, scan.condition, cell.counted) }, group }
    }
    case 'cohorts': {
      const { input, layout } = tidy(planCohorts({ ...cell.question, brackets: null }, { asOfMs }))
      // A bracket's cell says itself from which period to which.
      if (input.kind !== 'CollectCells' || layout.kind !== 'cohorts') throw new Error('A cohorts question has a cohorts plan.')
      const periods = input.input.kind === 'AggregatePeriods' ? input.input : input.input.input
      const { cohort, groups } = cell.at
      pair(periods.input.entries.keys, groups)
      return { kind: 'UsersOfPeriods', input: periods, column: layout.users ?? '', cohort, group: groups, periods: cell.at.periods }
    }
    case 'funnel': {
      const { input } = tidy(planFunnel(cell.question, { asOfMs }))
      if (input.kind !== 'CountSteps') throw new Error('A funnel question has a funnel plan.')
      const steps = cell.question.steps.length
      const most = steps - 1 - cell.at.step
      const misses = { least: cell.at.isDropped ? most : 0, most }
      const attempts = { ...input.input, keepsUser: true }
      return { kind: 'UsersOfStep', input: attempts, group: pair(attempts.input.keys, cell.at.groups), misses }
    }
    case 'attribution':
      return planTouches(cell, tidy)
  }
}

function planTouches(cell: BoundCell & { readonly kind: 'attribution' }, tidy: Tidy): UsersOfTouches {
  const { input } = tidy(planAttribution(cell.question))
  if (input.kind !== 'DivideCredit') throw new Error('An attribution question has an attribution plan.')
  const group = cell.at.groups === null ? [] : pair(input.input.keys, cell.at.groups)
  // A conversion without touches is in the row whose every group is absent.
  const hasUntouched = input.showsUntouched && group.every(({ value }) => value === '')
  return { kind: 'UsersOfTouches', input: input.input, shown: input.shown, group, hasUntouched }
}

function pair(keys: readonly GroupKey[], values: readonly string[]): readonly KeyValue[] {
  if (keys.length !== values.length) throw new Error('A cell has a value for each group of its question.')
  return keys.map((key, i) => ({ key, value: values[i] ?? '' }))
}

/** Reads little more than the bucket; which rows lie in it is asked of each. */
function withinBucket(scan: ScanEvents, group: readonly KeyValue[]): ScanEvents {
  const [time] = group.flatMap(({ key, value }) => (key.kind === 'time' ? [{ ...key, value }] : []))
  if (time === undefined || scan.startMs === null) return scan
  const { startMs, endMs } =
    time.unit === 'HOUR' ? bucketOfHour(Number(time.value) * SECOND_MS, time.timeZone) : bucketOfDate(time.value, time.unit, time.timeZone)
  return { ...scan, startMs: Math.max(scan.startMs, startMs - DAY_MS), endMs: Math.min(scan.endMs, endMs + DAY_MS) }
}

const SECOND_MS = 1_000
