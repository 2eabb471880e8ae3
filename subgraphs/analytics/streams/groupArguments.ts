import { createHash } from 'node:crypto'
import type { StoredGroup } from '#db/conversions/groups.ts'
import type { LogCondition } from '#db/conversions/logFilter.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { Issue } from '#ops/service/issues.ts'
import { issue } from '../compiler/issues.ts'
import type { StreamArguments } from './streams.ts'

const MAX_NAME_LENGTH = 100
export const MAX_IN_FLIGHT = 10_000

/** What is wrong with how a group is named and asked for. */
export function groupIssues({ group, maxInFlight }: { readonly group: string; readonly maxInFlight?: number }): readonly Issue[] {
  const issues: Issue[] = []
  if (group.length < 1 || group.length > MAX_NAME_LENGTH)
    issues.push(issue('GROUP_NAME_OUT_OF_BOUNDS', ['group'], { length: group.length, maxLength: MAX_NAME_LENGTH }))
  if (group.includes('\0') || !group.isWellFormed()) issues.push(issue('INVALID_TEXT', ['group'], {}))
  if (maxInFlight !== undefined && (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT))
    issues.push(issue('IN_FLIGHT_OUT_OF_BOUNDS', ['maxInFlight'], { maxInFlight, max: MAX_IN_FLIGHT }))
  return issues
}

/** Askers who see different parts of the log, or of its entries, never meet in a group, whatever they call it; a key meets the one that takes its place. */
export function scopeOf({ filters, masks, hashFamily }: Pick<Identity, 'filters' | 'masks' | 'hashFamily'>): string {
  if (filters.length === 0 && masks.length === 0) return ''
  const rows = filters.map((filter) => JSON.stringify([filter.dimension, [...filter.in].toSorted()])).toSorted()
  return createHash('sha256')
    .update(JSON.stringify([rows, [...masks].toSorted(), ...(hashFamily === null ? [] : [hashFamily])]))
    .digest('hex')
}

/** Where the asker says that the group begins, as text; '' for nothing said. */
export function beginningOf({ after, from }: StreamArguments): string {
  if (typeof after === 'string') return `after ${after}`
  if (from?.at) return `at ${from.at.toISOString()}`
  return from?.position ? `from ${from.position}` : ''
}

/** What keeps an asker out of a group that is there. To say again where it began contradicts nothing: who lost a connection asks as before. */
export function joinIssues(group: StoredGroup, { question, begins, name }: { readonly question: string; readonly begins: string; readonly name: string }) {
  const issues: Issue[] = []
  if (group.question !== question) issues.push(issue('GROUP_OTHER_QUESTION', ['where'], { name }))
  if (begins !== '' && begins !== group.begun)
    issues.push(issue('START_NOT_ONE', [begins.startsWith('after') ? 'after' : 'from'], { members: ['group', begins.startsWith('after') ? 'after' : 'from'] }))
  return issues
}

/** A group's question as a person reads it. */
export function describeQuestion(conditions: readonly LogCondition[]): string {
  return conditions.length === 0 ? 'every entry' : conditions.map(describe).join('; ')
}

function describe(condition: LogCondition): string {
  if (condition.kind === 'hasApp') return condition.has ? 'has an app' : 'has no app'
  if (condition.kind === 'revenue') return `revenue ${condition.operator} ${condition.value}`
  const name = condition.column.replace('_id', '')
  if (!('values' in condition)) return `${name} ${condition.kind === 'contains' ? 'contains' : 'starts with'} "${condition.value}"`
  const values = condition.values.map((value) => (value === '' ? 'none' : `"${value}"`))
  const list = values.length === 0 ? 'nothing' : values.join(' or ')
  return `${name} is ${condition.kind === 'noneOf' ? 'not ' : ''}${list}`
}
