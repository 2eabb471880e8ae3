import type { TimeRange } from '../bind/range.ts'
import { earliest, latest } from '../prepared/trace.ts'
import type { BoundMetrics, BoundOrder } from '../bound.ts'
import { bucketsOf } from '../gaps.ts'
import { pairBuckets } from '../pairing.ts'
import type { AnalyticsPlan, Arrange, Divide, GroupKey, Ordering, ScanCosts, ScanEvents, Window } from './nodes.ts'
import { mergeDays, mergeRanges } from './mergeRanges.ts'
import { planMeasures, type PlannedMeasures } from './planMeasures.ts'
import { planUsers } from './planUsers.ts'

/** One scan of each table, over all times at once, and one aggregation for rows and totals. Measures are put down as they come; that two share an aggregate is for a pass to see. */
export function planMetrics(bound: BoundMetrics): AnalyticsPlan {
  const keys = bound.groups.map((group, i): GroupKey => {
    const name = `g${i + 1}`
    return group.kind === 'time' ? { kind: 'time', name, unit: group.unit, timeZone: bound.timeZone } : { kind: 'text', name, operand: group.operand }
  })
  const planned = planMeasures(bound)
  const { columns, derived, nameOf, totalOf } = planned
  const windows = planWindows(bound)
  const input: Divide = {
    kind: 'Divide',
    input: {
      kind: 'Aggregate',
      input: {
        kind: 'ScanEvents',
        tenantId: bound.tenantId,
        table: 'events',
        ...spanOf(windows.map((window) => window.range)),
        rowFilter: bound.rowFilter,
        condition: bound.where,
      },
      costs: planCosts(bound, windows),
      users: planUsers(bound, { columns, windows }),
      windows,
      keys,
      columns,
      hasTotals: (bound.wantsTotals || planned.told.some((column) => column.kind === 'share')) && keys.length > 0,
    },
    columns: derived,
  }
  const layout = { kind: 'metrics', groups: keys.map((key) => key.name), measures: nameOf, totals: totalOf } as const
  return {
    kind: 'SortLimit',
    input,
    arrange: planArrange(bound, planned),
    order: orderings(bound, { keys, nameOf }),
    limitRows: bound.limitRows,
    showsRows: bound.wantsRows,
    layout,
  }
}

/** null when rows are shown as they are. */
function planArrange({ top, fillsGaps, groups, range, timeZone }: BoundMetrics, { told, nameOf, totalOf }: PlannedMeasures): Arrange | null {
  if (top === null && !fillsGaps && told.length === 0) return null
  const unit = groups.find((group) => group.kind === 'time')?.unit ?? null
  const by = top === null ? undefined : (totalOf.get(top.key) ?? nameOf.get(top.key))
  return {
    kind: 'Arrange',
    top: top === null || by === undefined ? null : { count: top.count, by, direction: top.direction },
    gaps: fillsGaps && unit !== null ? bucketsOf(range, unit, timeZone) : null,
    columns: told,
  }
}

/** The range first. */
function planWindows({ range, costDays, windows, groups, timeZone }: BoundMetrics): readonly Window[] {
  const unit = groups.find((group) => group.kind === 'time')?.unit ?? null
  const compared = windows.map((each): Window => ({ ...each, pairing: unit === null ? null : pairBuckets(range, each, { unit, timeZone }) }))
  return [{ compare: null, range, days: costDays, pairing: null }, ...compared]
}

/** From the first instant until the last; what lies between is left out. */
function spanOf(ranges: readonly TimeRange[]): Pick<ScanEvents, 'startMs' | 'endMs' | 'within'> {
  const merged = mergeRanges(ranges)
  const [first, ...others] = merged
  if (first === undefined) throw new Error('A question has a range.')
  const span = { startMs: earliest(first.startMs, ...others.map((each) => each.startMs)), endMs: latest(first.endMs, ...others.map((each) => each.endMs)) }
  return merged.length === 1 ? span : { ...span, within: merged }
}

/** Also when nothing is said of them: a group that has a cost has a row. */
function planCosts({ tenantId, rowFilter, where, costDays }: BoundMetrics, windows: readonly Window[]): ScanCosts | null {
  if (costDays === null) return null
  const days = mergeDays(windows.flatMap((window) => window.days ?? []))
  return { kind: 'ScanCosts', tenantId, table: 'costs', days, rowFilter, condition: where, choosesSource: true }
}

/** What orderBy leaves equal comes by the groups in the question's order, ascending, so that the order is always the same. */
function orderings(
  bound: BoundMetrics,
  { keys, nameOf }: { readonly keys: readonly GroupKey[]; readonly nameOf: ReadonlyMap<string, string> },
): readonly Ordering[] {
  const byKey = (key: GroupKey, direction: 'ASC' | 'DESC'): Ordering => ({ name: key.name, direction, as: key.kind === 'time' ? 'number' : 'text' })
  const asked = bound.order.map((order) => orderingOf(order, { bound, keys, nameOf, byKey }))
  const rest = keys.map((key) => byKey(key, 'ASC'))
  const seen = new Set<string>()
  return [...asked, ...rest].filter(({ name }) => !seen.has(name) && seen.add(name))
}

type Names = {
  readonly bound: BoundMetrics
  readonly keys: readonly GroupKey[]
  readonly nameOf: ReadonlyMap<string, string>
  readonly byKey: (key: GroupKey, direction: 'ASC' | 'DESC') => Ordering
}

function orderingOf(order: BoundOrder, { bound, keys, nameOf, byKey }: Names): Ordering {
  if (order.kind === 'group') {
    const key = keys[order.index]
    if (key === undefined) throw new Error('An ordering refers to a group of the question.')
    return byKey(key, order.direction)
  }
  const name = nameOf.get(order.key)
  if (name === undefined) throw new Error('An ordering refers to a measure that is computed.')
  const measure = bound.measures.find(({ key }) => key === order.key)
  const isText = measure?.kind === 'base' && measure.aggregate.kind === 'value'
  return { name, direction: order.direction, as: isText ? 'text' : 'number' }
}
