import { describe } from '../plan/describe.ts'
import type { GroupKey } from '../plan/nodes.ts'
import type { UsersOfTouches } from '../plan/userNodes.ts'
import { binary, call, conjuncts, every, instant, lambda, named, param, select, stored, whole, type SqlExpression, type SqlSelect } from './ast.ts'
import { isId, lowerCondition } from './lowerCondition.ts'
import { narrow, SHIFT_MS } from './lowerPathParts.ts'
import { lowerScan } from './lowerScan.ts'

/** A row is one whole number, so that the order of the numbers is that of time; a conversion comes after the touches of its instant. */
const KINDS = 8
const KIND = { view: 0, click: 1, viewOfGroup: 2, clickOfGroup: 3, conversion: 4 } as const
const NEVER = whole(0)

/** The latest touch of a kind until each conversion says whether one is young enough, so that a user's touches are gone through once and not once for each conversion. */
export function lowerUsersOfTouches(node: UsersOfTouches): SqlSelect {
  const { isCredited, lists } = credited(node)
  return select({
    comments: [describe(node)],
    columns: [{ expression: named('user_id'), as: null }],
    from: { kind: 'select', select: lowerLatest(node), as: null },
    where: [call('arrayExists', isCredited, ...lists)],
  })
}

/** Each user and time of a conversion that has a touch of the group on its path. Conversions of a user at one instant have the same path. */
export function lowerCreditedConversions(node: UsersOfTouches): SqlSelect {
  const { isCredited, lists } = credited(node)
  return select({
    comments: [describe(node)],
    columns: [
      { expression: named('user_id'), as: null },
      { expression: timeOf(call('arrayJoin', call('arrayFilter', isCredited, ...lists))), as: 'coded_time' },
    ],
    from: { kind: 'select', select: lowerLatest(node), as: null },
  })
}

/** A time as lowerCreditedConversions says it. */
export const codedTime = (time: SqlExpression): SqlExpression => call('toUInt64', binary('+', call('toUnixTimestamp64Milli', time), whole(SHIFT_MS)))

/** Whether a touch counts in the group. */
export const isOfCell = ({ shown, group }: UsersOfTouches): SqlExpression =>
  every(...conjuncts(lowerCondition(shown)), ...group.flatMap(({ key, value }) => (key.kind === 'text' ? [isTextOf(key, value)] : [])))

/** Of a code and the latest touches until it whether it is a conversion that counts, and the lists of those. */
function credited(node: UsersOfTouches): { readonly isCredited: SqlExpression; readonly lists: readonly SqlExpression[] } {
  const { clickMs, viewMs } = node.input
  const time = timeOf(named('code'))
  const isInside = (at: string, ms: number) => every(binary('!=', named(at), NEVER), binary('<=', binary('-', time, named(at)), whole(ms)))
  const some = (...of: readonly SqlExpression[]): SqlExpression => ({ kind: 'some', of })
  const isTouched = some(isInside('click', clickMs), isInside('view', viewMs))
  const isUntouched: SqlExpression = { kind: 'negated', of: some(isInside('any_click', clickMs), isInside('any_view', viewMs)) }
  const isCredited = every(binary('=', kindOf(named('code')), whole(KIND.conversion)), node.hasUntouched ? some(isTouched, isUntouched) : isTouched)
  const latest = ['click', 'view', ...(node.hasUntouched ? ['any_click', 'any_view'] : [])]
  return { isCredited: lambda(['code', ...latest], isCredited), lists: [named('codes'), ...latest.map((name) => named(`${name}s`))] }
}

/** Beside each row when the last touch until then was, of the group and of any. */
function lowerLatest(node: UsersOfTouches): SqlSelect {
  const lastOf = (...kinds: readonly number[]): SqlExpression => {
    const isOne: SqlExpression = { kind: 'some', of: kinds.map((kind) => binary('=', kindOf(named('code')), whole(kind))) }
    const times = call('arrayMap', lambda(['code'], call('if', isOne, timeOf(named('code')), NEVER)), named('codes'))
    return call('arrayFill', lambda(['at'], binary('!=', named('at'), NEVER)), times)
  }
  return select({
    columns: [
      { expression: named('user_id'), as: null },
      { expression: named('codes'), as: null },
      { expression: lastOf(KIND.clickOfGroup), as: 'clicks' },
      { expression: lastOf(KIND.viewOfGroup), as: 'views' },
      ...(node.hasUntouched
        ? [
            { expression: lastOf(KIND.click, KIND.clickOfGroup), as: 'any_clicks' },
            { expression: lastOf(KIND.view, KIND.viewOfGroup), as: 'any_views' },
          ]
        : []),
    ],
    from: { kind: 'select', select: lowerCodes(node), as: null },
  })
}

/** Per user with a conversion the touches, those of the group alone where no other matters, and the conversions. */
function lowerCodes(node: UsersOfTouches): SqlSelect {
  const { input: paths, hasUntouched } = node
  const isConversion = every(binary('>=', stored('occurred_at'), instant(paths.fromMs)), lowerCondition(paths.conversion))
  const isTouch = binary('!=', stored('touch'), param('String', 'none'))
  const isClick = binary('=', stored('touch'), param('String', 'click'))
  const ofGroup = isOfCell(node)
  const codeOf = (kind: SqlExpression) =>
    call('toUInt64', binary('+', binary('*', binary('+', call('toUnixTimestamp64Milli', stored('occurred_at')), whole(SHIFT_MS)), whole(KINDS)), kind))
  const isOfGroup = call('if', ofGroup, whole(KIND.viewOfGroup), whole(0))
  const touches = call('groupArrayIf', codeOf(binary('+', isOfGroup, isClick)), hasUntouched ? isTouch : every(isTouch, ofGroup))
  const conversions = call('groupArrayIf', codeOf(whole(KIND.conversion)), isConversion)
  const scan = lowerScan(paths.input)
  return select({
    comments: [paths, paths.input].map(describe),
    columns: [
      { expression: stored('user_id'), as: null },
      { expression: call('arraySort', call('arrayConcat', touches, conversions)), as: 'codes' },
    ],
    ...scan,
    where: [...scan.where, ...(paths.isNarrow ? [narrow(paths, isConversion)] : [])],
    groupBy: [stored('user_id')],
    having: [binary('>', call('countIf', isConversion), whole(0))],
  })
}

const kindOf = (code: SqlExpression): SqlExpression => call('bitAnd', code, whole(KINDS - 1))
const timeOf = (code: SqlExpression): SqlExpression => call('intDiv', code, whole(KINDS))

/** An app's id is never the empty text, which stands for a conversion without touches. */
export const isTextOf = ({ operand }: GroupKey & { kind: 'text' }, value: string): SqlExpression =>
  isId(operand) && value === '' ? lowerCondition({ kind: 'never' }) : lowerCondition({ kind: 'oneOf', operand, values: [value] })
