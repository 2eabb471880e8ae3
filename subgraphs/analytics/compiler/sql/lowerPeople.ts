import { describe } from '../plan/describe.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { KeyValue, ListUsers, UsersOfCell, UsersOfRows, UsersOfStep } from '../plan/userNodes.ts'
import { unreachable } from '../unreachable.ts'
import { binary, call, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition } from './lowerCondition.ts'
import { BEST, lowerBest } from './lowerFunnel.ts'
import { lowerUsersOfPeriods } from './lowerPeriodUsers.ts'
import { textAt } from './lowerPathParts.ts'
import { lowerScan } from './lowerScan.ts'
import { lowerBucket } from './lowerTime.ts'
import { isTextOf, lowerUsersOfTouches } from './lowerTouchUsers.ts'
import type { UserColumn } from '../layout.ts'

const USER = stored('user_id')

/**
 * One aggregation by user over all that is known of those who are behind the cell. With a count of all the page is cut outside of it: the totals are
 * of the users before that.
 */
export function lowerUsers(plan: AnalyticsPlan, node: ListUsers): SqlSelect {
  const scan = lowerScan(node.input)
  const isAfter = (user: SqlExpression) => (node.after === null ? [] : [binary('>', user, param('String', node.after))])
  const comments = [plan, node].map(describe)
  const columns = node.columns.map((column) => ({ expression: COLUMNS[column], as: NAMES[column] }))
  const page = { orderBy: [{ expression: USER, direction: 'ASC' as const, nullsLast: false }], limit: plan.limitRows + 1 }
  const users = select({
    comments: [...(node.hasTotal ? [] : comments), describe(node.input)],
    columns: [
      { expression: USER, as: null },
      ...columns,
      ...(node.hasTotal && plan.layout.kind === 'users' ? [{ expression: call('uniqExact', USER), as: plan.layout.total ?? '' }, PLACE] : []),
    ],
    ...scan,
    where: [...scan.where, lowerOf(node.of), ...(node.hasTotal ? [] : isAfter(USER))],
    groupBy: [USER],
    withTotals: node.hasTotal,
    having: node.where.kind === 'always' ? [] : [binary('>', call('countIf', lowerCondition(node.where)), whole(0))],
  })
  if (!node.hasTotal) return { ...users, ...page }
  return select({
    comments,
    columns: users.columns.slice(0, -1).map(({ as }) => ({ expression: as === null ? USER : named(as), as })),
    from: { kind: 'select', select: users, as: null },
    where: isAfter(named(PLACE.as)),
    ...page,
  })
}

/** The user once more: a condition on the key itself is asked within the aggregation by ClickHouse, and takes users out of the totals. */
const PLACE = { expression: call('any', USER), as: 'place' } as const

/** The latest value that is one; of two at one instant that of the greater event id. */
const lastKnown = (column: 'country' | 'platform'): SqlExpression =>
  call('argMaxIf', stored(column), call('tuple', stored('occurred_at'), stored('event_id')), binary('!=', stored(column), param('String', '')))

const COLUMNS: Readonly<Record<UserColumn, SqlExpression>> = {
  firstSeen: call('toUnixTimestamp64Milli', call('min', stored('occurred_at'))),
  country: lastKnown('country'),
  platform: lastKnown('platform'),
}
/** Not the names of stored columns, which the scan asks for. */
const NAMES: Readonly<Record<UserColumn, string>> = { firstSeen: 'first_seen', country: 'last_country', platform: 'last_platform' }
export const nameOfUserColumn = (column: UserColumn): string => NAMES[column]

function lowerOf(of: ListUsers['of']): SqlExpression {
  return 'ids' in of ? binary('IN', USER, param('Array(String)', of.ids)) : { kind: 'inSelect', value: USER, select: lowerCell(of) }
}

function lowerCell(of: UsersOfCell): SqlSelect {
  switch (of.kind) {
    case 'UsersOfRows':
      return lowerUsersOfRows(of)
    case 'UsersOfPeriods':
      return lowerUsersOfPeriods(of)
    case 'UsersOfStep':
      return lowerUsersOfStep(of)
    case 'UsersOfTouches':
      return lowerUsersOfTouches(of)
    default:
      return unreachable(of)
  }
}

function lowerUsersOfRows(node: UsersOfRows): SqlSelect {
  const scan = lowerScan(node.input)
  return select({
    comments: [node, node.input].map(describe),
    columns: [{ expression: USER, as: null }],
    ...scan,
    where: [...scan.where, ...node.group.map(isOfGroup)],
  })
}

/** Whether a row lies in the group. */
function isOfGroup({ key, value }: KeyValue): SqlExpression {
  if (key.kind === 'time') return binary('=', call('toString', lowerBucket(stored('occurred_at'), key.unit, key.timeZone)), param('String', value))
  return isTextOf(key, value)
}

function lowerUsersOfStep({ input, group, misses, ...node }: UsersOfStep): SqlSelect {
  const missed = named(BEST.missed)
  return select({
    comments: [{ ...node, input, group, misses }, input].map(describe),
    columns: [{ expression: named('user_id'), as: null }],
    from: { kind: 'select', select: lowerBest(input), as: null },
    where: [
      binary('<=', missed, whole(misses.most)),
      ...(misses.least === 0 ? [] : [binary('>=', missed, whole(misses.least))]),
      ...group.map(({ value }, at) => binary('=', textAt(named(BEST.text), { at, count: group.length }), param('String', value))),
    ],
  })
}
