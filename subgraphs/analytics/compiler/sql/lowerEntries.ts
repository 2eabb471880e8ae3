import type { JoinRule } from '../../model/segment.ts'
import { describe } from '../plan/describe.ts'
import type { FirstEntries } from '../plan/nodes.ts'
import { binary, call, instant, named, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { lowerCondition, lowerOperand } from './lowerCondition.ts'
import { lowerJoin } from './lowerJoin.ts'
import { lowerScan } from './lowerScan.ts'

/** The row by which each user joins: its time, its texts and whether it meets the filter are one tuple. */
function lowerJoins(node: FirstEntries, joins: JoinRule): SqlSelect {
  const filter = node.filter.kind === 'always' ? [] : [lowerCondition(node.filter)]
  const place = [stored('occurred_at'), ...(node.breaksTies ? [stored('event_id')] : [])]
  const taken = [...place, ...node.keys.map((key) => lowerOperand(key.operand)), ...filter]
  const row = call('arrayElement', named('joined'), whole(1))
  const at = (position: number) => call('tupleElement', row, whole(position))
  return select({
    comments: [describe(node), describe(node.input)],
    columns: [
      plain(stored('user_id')),
      { expression: lowerJoin({ joins, taken: call('tuple', ...taken), place: call('tuple', ...place) }), as: 'joined' },
      { expression: at(1), as: 'entry_at' },
      ...node.keys.map((key, i) => ({ expression: at(place.length + i + 1), as: key.name })),
    ],
    ...lowerScan(node.input),
    groupBy: [stored('user_id')],
    having: [call('notEmpty', named('joined')), binary('>=', named('entry_at'), instant(node.fromMs)), ...(filter.length === 0 ? [] : [at(taken.length)])],
  })
}

/** The first row per user by (time, event id): its texts and whether it meets the filter travel together in one tuple. */
export function lowerEntries(node: FirstEntries): SqlSelect {
  if (node.joins !== undefined) return lowerJoins(node, node.joins)
  const filter = node.filter.kind === 'always' ? [] : [lowerCondition(node.filter)]
  const taken = [...node.keys.map((key) => lowerOperand(key.operand)), ...filter]
  const first = call('argMin', call('tuple', ...(taken.length === 0 ? [whole(1)] : taken)), call('tuple', stored('occurred_at'), stored('event_id')))
  const row = named('entry_row')
  return select({
    comments: [describe(node), describe(node.input)],
    columns: [
      plain(stored('user_id')),
      { expression: call('min', stored('occurred_at')), as: 'entry_at' },
      ...(node.breaksTies ? [{ expression: first, as: 'entry_row' }] : []),
      ...node.keys.map((key, i) => ({ expression: call('tupleElement', row, whole(i + 1)), as: key.name })),
    ],
    ...lowerScan(node.input),
    groupBy: [stored('user_id')],
    having: [binary('>=', named('entry_at'), instant(node.fromMs)), ...(filter.length === 0 ? [] : [call('tupleElement', row, whole(taken.length))])],
  })
}

const plain = (expression: SqlExpression) => ({ expression, as: null })
