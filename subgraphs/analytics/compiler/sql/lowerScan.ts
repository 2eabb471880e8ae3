import type { TimeRange } from '../bind/range.ts'
import type { GroupKey, Ordering, ScanEvents } from '../plan/nodes.ts'
import type { EventAggregate } from '../../model/measures.ts'
import { binary, call, conjuncts, every, instant, named, param, stored, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId, lowerCondition } from './lowerCondition.ts'

/** What every scan asks of its rows: the tenant first, then the time, what may be seen, and the scan's own condition. */
export function lowerScan(scan: ScanEvents): { readonly from: SqlSelect['from']; readonly where: readonly SqlExpression[] } {
  const time = stored('occurred_at')
  return {
    from: { kind: 'table', table: scan.table },
    where: [
      // wall: scan-of-tenant
      binary('=', stored('tenant_id'), param('UUID', scan.tenantId)),
      ...(scan.startMs === null ? [] : [binary('>=', time, instant(scan.startMs))]),
      binary('<', time, instant(scan.endMs)),
      ...(scan.within === undefined ? [] : [{ kind: 'some' as const, of: scan.within.map(lowerWithin) }]),
      ...conjuncts(lowerCondition(scan.rowFilter)),
      ...conjuncts(lowerCondition(scan.condition)),
    ],
  }
}

/** Whether a row's time lies in the range. */
export const lowerWithin = ({ startMs, endMs }: TimeRange): SqlExpression =>
  every(binary('>=', stored('occurred_at'), instant(startMs)), binary('<', stored('occurred_at'), instant(endMs)))

type EventColumns = { readonly condition: SqlExpression | null; readonly user: SqlExpression; readonly revenue: SqlExpression }

/** The aggregate over rows of which `condition` (null: all rows) holds. */
export function lowerAggregate(aggregate: EventAggregate, { condition, user, revenue }: EventColumns): SqlExpression {
  const over = (name: string, ...args: readonly SqlExpression[]) => (condition === null ? call(name, ...args) : call(`${name}If`, ...args, condition))
  switch (aggregate.kind) {
    case 'countRows':
      return over('count')
    case 'countUsers':
      return over('uniqExact', user)
    case 'sumRevenue':
      return aggregate.sign === 1 ? over('sum', revenue) : call('negate', over('sum', revenue))
  }
}

/**
 * Texts by their bytes; ids by their text, since ClickHouse orders UUIDs by their second half. Absent ones come last in both directions: an id is
 * absent of *Other*.
 */
export function lowerOrder(order: readonly Ordering[], keys: readonly GroupKey[]): SqlSelect['orderBy'] {
  return order.flatMap(({ name, direction, as }): SqlSelect['orderBy'] => {
    const expression = named(name)
    if (as === 'number') return [{ expression, direction, nullsLast: true }]
    const key = keys.find((each) => each.name === name)
    const text = key?.kind === 'text' && isId(key.operand) ? call('toString', expression) : expression
    return [
      { expression: call('empty', expression), direction: 'ASC', nullsLast: false },
      { expression: text, direction, nullsLast: false },
    ]
  })
}
