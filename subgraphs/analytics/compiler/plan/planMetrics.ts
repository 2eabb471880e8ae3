import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { BoundMetrics, BoundOrder } from '../bound.ts'
import type { AggregateColumn, AnalyticsPlan, Divide, GroupKey, Ordering } from './nodes.ts'

/** One scan, one aggregation for rows and totals. Measures are put down as they come; that two share an aggregate is for a pass to see. */
export function planMetrics(bound: BoundMetrics): AnalyticsPlan {
  const keys = bound.groups.map((group, i): GroupKey => {
    const name = `g${i + 1}`
    return group.kind === 'time' ? { kind: 'time', name, unit: group.unit, timeZone: bound.timeZone } : { kind: 'text', name, operand: group.operand }
  })
  const { columns, quotients, nameOf } = planMeasures(bound)
  const input: Divide = {
    kind: 'Divide',
    input: {
      kind: 'Aggregate',
      input: {
        kind: 'ScanEvents',
        tenantId: bound.tenantId,
        table: 'events',
        startMs: bound.range.startMs,
        endMs: bound.range.endMs,
        rowFilter: bound.rowFilter,
        condition: bound.where,
      },
      keys,
      columns,
      hasTotals: bound.wantsTotals && keys.length > 0,
    },
    columns: quotients,
  }
  const layout = { kind: 'metrics', groups: keys.map((key) => key.name), measures: nameOf } as const
  return { kind: 'SortLimit', input, order: orderings(bound, { keys, nameOf }), limitRows: bound.limitRows, showsRows: bound.wantsRows, layout }
}

function planMeasures(bound: BoundMetrics) {
  const columns: AggregateColumn[] = []
  const quotients: Divide['columns'][number][] = []
  const nameOf = new Map<string, string>()
  const add = (aggregate: AggregateSpec): string => {
    const name = `m${columns.length + 1}`
    columns.push({ name, aggregate })
    return name
  }
  for (const measure of bound.measures) {
    if (measure.kind === 'base') {
      nameOf.set(measure.key, add(measure.aggregate))
      continue
    }
    const name = `q${quotients.length + 1}`
    quotients.push({ name, numerator: add(measure.numerator), denominator: add(measure.denominator) })
    nameOf.set(measure.key, name)
  }
  return { columns, quotients, nameOf }
}

/** What orderBy leaves equal comes by the groups in the question's order, ascending, so that the order is always the same. */
function orderings(
  bound: BoundMetrics,
  { keys, nameOf }: { readonly keys: readonly GroupKey[]; readonly nameOf: ReadonlyMap<string, string> },
): readonly Ordering[] {
  const byKey = (key: GroupKey, direction: 'ASC' | 'DESC'): Ordering => ({ name: key.name, direction, as: key.kind === 'time' ? 'number' : 'text' })
  const asked = bound.order.map((order) => orderingOf(order, { keys, nameOf, byKey }))
  const rest = keys.map((key) => byKey(key, 'ASC'))
  const seen = new Set<string>()
  return [...asked, ...rest].filter(({ name }) => !seen.has(name) && seen.add(name))
}

type Names = {
  readonly keys: readonly GroupKey[]
  readonly nameOf: ReadonlyMap<string, string>
  readonly byKey: (key: GroupKey, direction: 'ASC' | 'DESC') => Ordering
}

function orderingOf(order: BoundOrder, { keys, nameOf, byKey }: Names): Ordering {
  if (order.kind === 'group') {
    const key = keys[order.index]
    if (key === undefined) throw new Error('An ordering refers to a group of the question.')
    return byKey(key, order.direction)
  }
  const name = nameOf.get(order.key)
  if (name === undefined) throw new Error('An ordering refers to a measure that is computed.')
  return { name, direction: order.direction, as: 'number' }
}
