import { describe } from '../plan/describe.ts'
import { entriesOf, type UsersOfPeriods } from '../plan/userNodes.ts'
import { binary, call, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId } from './lowerCondition.ts'
import { lowerEntries } from './lowerEntries.ts'
import { ACTIVITY_TIME, ENTRY_TIME, lowerMembersJoin, lowerPeriod } from './lowerPeriods.ts'
import { lowerBucket } from './lowerTime.ts'

/** The join of the question itself, of which the rows that count in the periods are left; all members are told by their entries alone. */
export function lowerUsersOfPeriods(node: UsersOfPeriods): SqlSelect {
  const { input, periods } = node
  if (periods === null) {
    return select({
      comments: [describe(node)],
      columns: [{ expression: stored('user_id', 'e'), as: null }],
      from: { kind: 'select', select: lowerEntries(input.input.entries), as: 'e' },
      where: ofCohort(node),
    })
  }
  const { join, flags } = lowerMembersJoin(input)
  const flag = flags.get(node.column)
  const period = lowerPeriod(input)
  return select({
    comments: [node, input].map(describe),
    columns: [{ expression: stored('user_id', 'a'), as: null }],
    from: join,
    where: [
      binary('>=', ACTIVITY_TIME, ENTRY_TIME),
      ...ofCohort(node),
      binary('>=', period, whole(periods.from)),
      ...(periods.to === null ? [] : [binary('<=', period, whole(periods.to))]),
      ...(flag === undefined ? [] : [flag]),
    ],
  })
}

function ofCohort(node: UsersOfPeriods): readonly SqlExpression[] {
  const { cohort } = node.input
  return [
    binary('=', call('toString', lowerBucket(ENTRY_TIME, cohort.unit, cohort.timeZone)), param('String', node.cohort)),
    ...entriesOf(node).keys.map((key, i) => {
      const text = named(key.name, 'e')
      return binary('=', isId(key.operand) ? call('toString', text) : text, param('String', node.group[i] ?? ''))
    }),
  ]
}
