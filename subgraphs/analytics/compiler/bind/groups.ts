import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { dimensionNamed, dimensionOfField, operandOf } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import type { BoundGroup } from '../bound.ts'
import { issue } from '../issues.ts'
import type { GroupByInput, SelectedField } from '../request.ts'
import type { FilterBinder } from './filter.ts'
import { hidesProperty, maskedIssue, type Masks } from './masks.ts'

/** Far more than can be grouped by are counted and no longer read. */
const MAX_READ = 4 * limits.groups
const MEMBERS = ['time', 'dimension', 'property', 'segment'] as const

/** The groups in the question's order. What cannot be grouped by is left out, with an issue. */
export function bindGroups(
  groupBy: readonly GroupByInput[],
  { filters, allowsTime, masks }: { readonly filters: FilterBinder; readonly allowsTime: boolean; readonly masks: Masks },
): { readonly groups: readonly BoundGroup[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = []
  const groups: BoundGroup[] = []
  if (groupBy.length > limits.groups) issues.push(issue('TOO_MANY_GROUPS', ['groupBy'], { groups: groupBy.length, maxGroups: limits.groups }))
  for (const [i, member] of groupBy.slice(0, MAX_READ).entries()) {
    const path = ['groupBy', i]
    const given = MEMBERS.filter((name) => member[name] !== null && member[name] !== undefined)
    if (given.length !== 1) {
      issues.push(issue('GROUP_BY_NOT_ONE', path, { members: given }))
      continue
    }
    if (member.time && !allowsTime) {
      issues.push(issue('TIME_NOT_GROUPABLE', [...path, 'time'], { unit: member.time }))
      continue
    }
    const group = boundGroup(member, { filters, path })
    if (group === null) continue
    if (isMasked(group, masks)) issues.push(maskedIssue(shownName(group), [...path, group.kind]))
    if (groups.some((other) => nameOf(other) === nameOf(group))) issues.push(issue('GROUP_BY_REPEATED', path, { name: shownName(group) }))
    else groups.push(group)
  }
  return { groups, issues }
}

function boundGroup(
  member: GroupByInput,
  { filters, path }: { readonly filters: FilterBinder; readonly path: readonly (string | number)[] },
): BoundGroup | null {
  if (member.time) return { kind: 'time', unit: member.time }
  if (member.dimension) return { kind: 'dimension', field: dimensionNamed(member.dimension).field, operand: operandOf(member.dimension) }
  if (typeof member.segment === 'string') {
    const segment = filters.segment(member.segment, [...path, 'segment'])
    return segment === null ? null : { kind: 'segment', id: member.segment.toLowerCase(), operand: { kind: 'segment', segment } }
  }
  const name = member.property ?? ''
  return { kind: 'property', name, operand: filters.propertyName(name, [...path, 'property']) }
}

/** Even with its values hidden, a group would show how the rows are spread over them. */
function isMasked(group: BoundGroup, masks: Masks): boolean {
  // What a segment is made of is judged where it is bound.
  if (group.kind === 'segment') return false
  return group.kind === 'property' ? hidesProperty(masks, group.name) : masks.includes(shownName(group))
}

/** Names a group among those of its question, and the value of it in a row. A row has one time, so two grains of time are the same group twice. */
export function nameOf(group: BoundGroup): string {
  switch (group.kind) {
    case 'time':
      return 'time'
    case 'dimension':
      return `dimension ${group.field}`
    case 'property':
      return `property ${group.name}`
    case 'segment':
      return `segment ${group.id}`
  }
}

function shownName(group: BoundGroup): string {
  switch (group.kind) {
    case 'time':
      return 'time'
    case 'dimension':
      return group.field
    case 'property':
      return group.name
    case 'segment':
      return nameOf(group)
  }
}

/** Which group a selected field of a row shows: its index, null when it is no dimension, and an issue when it is not grouped by or masked. */
export function groupOfField(
  field: SelectedField,
  groups: readonly BoundGroup[],
  known: { readonly isTime: boolean; readonly masks: Masks },
): { readonly index: number } | { readonly issue: Issue } | null {
  const name = groupName(field, known)
  if (name === null) return null
  if (field.name === 'property' ? hidesProperty(known.masks, name.shown) : known.masks.includes(name.shown)) {
    return { issue: maskedIssue(name.shown, field.path) }
  }
  const index = groups.findIndex((group) => nameOf(group) === name.key)
  return index >= 0 ? { index } : { issue: notGrouped(name.shown, groups, field.path) }
}

function groupName(field: SelectedField, { isTime }: { readonly isTime: boolean }): { readonly key: string; readonly shown: string } | null {
  if (isTime && field.name === 'time') return { key: 'time', shown: 'time' }
  if (field.name === 'property') {
    const name = typeof field.args['name'] === 'string' ? field.args['name'] : ''
    return { key: `property ${name}`, shown: name }
  }
  if (field.name === 'segment') {
    const key = `segment ${String(field.args['id']).toLowerCase()}`
    return { key, shown: key }
  }
  const dimension = dimensionOfField(field.name)
  return dimension === null ? null : { key: `dimension ${dimension.field}`, shown: dimension.field }
}

export function notGrouped(name: string, groups: readonly BoundGroup[], path: readonly (string | number)[]): Issue {
  const groupedBy = groups.map(shownName)
  return issue('DIMENSION_NOT_GROUPED', path, { name, groupedBy, didYouMean: nearestWords(name, groupedBy) })
}
