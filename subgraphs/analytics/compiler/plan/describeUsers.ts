import { unreachable } from '../unreachable.ts'
import { describeCondition } from './describeCondition.ts'
import type { PlanNode } from './nodes.ts'
import {
  entriesOf,
  type EventsOf,
  type KeyValue,
  type ListEvents,
  type ListUsers,
  type UsersOfCell,
  type UsersOfPeriods,
  type UsersOfTouches,
} from './userNodes.ts'

export function inputsOfUserNode(node: UsersOfTouches | ListUsers | ListEvents): readonly PlanNode[] {
  if (node.kind === 'UsersOfTouches') return [node.input]
  if (node.kind === 'ListEvents') return node.of.kind === 'user' ? [node.input] : [node.input, node.of.cell]
  return 'ids' in node.of ? [node.input] : [node.input, node.of]
}

/** One line for each node of the users behind a cell. */
export function describeUserNode(node: UsersOfCell | ListUsers | ListEvents): string {
  switch (node.kind) {
    case 'UsersOfRows':
      return `UsersOfRows: users with a row${inGroup(node.group)}`
    case 'UsersOfPeriods':
      return describePeriods(node)
    case 'UsersOfStep':
      return `UsersOfStep: users whose best attempt${inGroup(node.group)} misses ${node.misses.least} to ${node.misses.most} steps`
    case 'UsersOfTouches':
      return `UsersOfTouches: users with a touch${inGroup(node.group)} on a path, where ${describeCondition(node.shown)}${node.hasUntouched ? ', or with a conversion without touches' : ''}`
    case 'ListUsers':
      return `ListUsers by id with ${node.columns.join(', ') || 'nothing else'}: ${'ids' in node.of ? `those of ${node.of.ids.length} ids` : 'those behind the cell'} with a row where ${describeCondition(node.where)}${node.hasTotal ? ', all of them counted' : ''}`
    case 'ListEvents':
      return `ListEvents of ${describeEventsOf(node.of)}, the newest first${node.before === null ? '' : `, before ${new Date(node.before.atMs).toISOString()}`}`
    default:
      return unreachable(node)
  }
}

function describeEventsOf(of: EventsOf): string {
  if (of.kind === 'user') return 'one user'
  return of.kind === 'conversions' ? 'conversions behind the cell' : `touches that ${of.before.length} conversions look back to, telling which are of the cell`
}

function describePeriods(node: UsersOfPeriods): string {
  const { periods } = node
  const through = periods === null ? '' : ` active in period ${periods.from}${periods.to === null ? ' or later' : ` to ${periods.to}`}`
  const keys = [node.input.cohort, ...entriesOf(node).keys].map((key, i) => ({ key, value: i === 0 ? node.cohort : (node.group[i - 1] ?? '') }))
  return `UsersOfPeriods: members${inGroup(keys)}${through}`
}

const SHOWN_CHARACTERS = 40
const inGroup = (group: readonly KeyValue[]): string =>
  group.length === 0 ? '' : ` of ${group.map(({ key, value }) => `${key.name} = ${JSON.stringify(value.slice(0, SHOWN_CHARACTERS))}`).join(', ')}`
