import type { UserTime } from '../cell.ts'
import type { EventColumn } from '../layout.ts'
import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { EventsOf, ListEvents } from '../plan/userNodes.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, every, instant, param, select, stored, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerScan } from './lowerScan.ts'
import { codedTime, isOfCell, lowerCreditedConversions } from './lowerTouchUsers.ts'

/** Rows as they are stored. */
export function lowerEvents(plan: AnalyticsPlan, node: ListEvents): SqlSelect {
  const scan = lowerScan(node.input)
  return select({
    comments: [plan, node, node.input].map(describe),
    columns: [...node.columns.map((column) => ({ expression: shown(column), as: `row_${column}` })), ...lowerIsOfCell(node.of)],
    ...scan,
    where: [...scan.where, ...lowerOf(node.of), ...(node.before === null ? [] : [isBefore(node.before)])],
    orderBy: (['occurred_at', 'event_id'] as const).map((column) => ({ expression: stored(column), direction: 'DESC', nullsLast: false })),
    limit: plan.limitRows + 1,
  })
}

function lowerOf(of: EventsOf): readonly SqlExpression[] {
  switch (of.kind) {
    case 'user':
      return [binary('=', stored('user_id'), param('String', of.userId))]
    case 'conversions':
      return [{ kind: 'inSelect', value: call('tuple', stored('user_id'), codedTime(stored('occurred_at'))), select: lowerCreditedConversions(of.cell) }]
    case 'touches': {
      const { clickMs, viewMs } = of.cell.input
      const lookback = (time: UserTime) =>
        every(
          binary('=', stored('user_id'), param('String', time.userId)),
          binary('>=', stored('occurred_at'), instant(time.atMs - Math.max(clickMs, viewMs))),
          binary('<=', stored('occurred_at'), instant(time.atMs)),
        )
      return [{ kind: 'some', of: of.before.map(lookback) }]
    }
    default:
      return unreachable(of)
  }
}

const lowerIsOfCell = (of: EventsOf): SqlSelect['columns'] =>
  of.kind === 'touches' ? [{ expression: call('toUInt8', isOfCell(of.cell)), as: IS_OF_CELL }] : []

/** Whether a touch is one of the cell's: 1 or 0. */
export const IS_OF_CELL = 'is_of_cell'

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
