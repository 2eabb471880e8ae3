import type { EventColumn } from '../layout.ts'
import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { ListEvents } from '../plan/userNodes.ts'
import { binary, call, every, instant, param, select, stored, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerScan } from './lowerScan.ts'

/** Rows as they are stored. */
export function lowerEvents(plan: AnalyticsPlan, node: ListEvents): SqlSelect {
  const scan = lowerScan(node.input)
  return select({
    comments: [plan, node, node.input].map(describe),
    columns: node.columns.map((column) => ({ expression: shown(column), as: `row_${column}` })),
    ...scan,
    where: [...scan.where, binary('=', stored('user_id'), param('String', node.userId)), ...(node.before === null ? [] : [isBefore(node.before)])],
    orderBy: (['occurred_at', 'event_id'] as const).map((column) => ({ expression: stored(column), direction: 'DESC', nullsLast: false })),
    limit: plan.limitRows + 1,
  })
}

const isBefore = ({ atMs, eventId }: NonNullable<ListEvents['before']>): SqlExpression => ({
  kind: 'some',
  of: [
    binary('<', stored('occurred_at'), instant(atMs)),
    every(binary('=', stored('occurred_at'), instant(atMs)), binary('<', stored('event_id'), param('String', eventId))),
  ],
})

/** Times are milliseconds. Readers may not read subcolumns, hence `identity` as for every property. */
function shown(column: EventColumn): SqlExpression {
  if (column === 'occurred_at' || column === 'recorded_at') return call('toUnixTimestamp64Milli', stored(column))
  if (column === 'properties') return call('identity', stored(column))
  return column === 'revenue' ? call('toString', stored(column)) : stored(column)
}
