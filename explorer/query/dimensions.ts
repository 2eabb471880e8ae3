import type { Dimension, GroupBy } from '../operations/generated/graphql.ts'
import { escapePart, unescapePart } from './codec.ts'

type DimensionText = {
  readonly dimension: Dimension
  readonly title: string
  /** Rows answer an entity with id and name; else a plain text. */
  readonly isEntity: boolean
}

/** The members of Filter that name a dimension, and the field of a row of the same name. */
export type DimensionField = 'app' | 'platform' | 'country' | 'appVersion' | 'event' | 'channel' | 'partner' | 'campaign' | 'adGroup' | 'creative'
export type FilterField = DimensionField | 'property' | 'segment'

export const dimensionFields: Readonly<Record<DimensionField, DimensionText>> = {
  channel: { dimension: 'CHANNEL', title: 'Channel', isEntity: false },
  campaign: { dimension: 'CAMPAIGN', title: 'Campaign', isEntity: true },
  partner: { dimension: 'PARTNER', title: 'Partner', isEntity: true },
  adGroup: { dimension: 'AD_GROUP', title: 'Ad group', isEntity: true },
  creative: { dimension: 'CREATIVE', title: 'Creative', isEntity: true },
  country: { dimension: 'COUNTRY', title: 'Country', isEntity: false },
  platform: { dimension: 'PLATFORM', title: 'Platform', isEntity: false },
  app: { dimension: 'APP', title: 'App', isEntity: true },
  appVersion: { dimension: 'APP_VERSION', title: 'App version', isEntity: false },
  event: { dimension: 'EVENT', title: 'Event', isEntity: false },
}

export const filterFields: Readonly<Record<FilterField, { readonly title: string; readonly isEntity: boolean }>> = {
  ...dimensionFields,
  property: { title: 'Property', isEntity: false },
  segment: { title: 'Segment', isEntity: true },
}

/** What rows are grouped by: a dimension, a property of the events by name, or the members of a segment and all others. */
export type Group =
  | { readonly kind: 'dimension'; readonly field: DimensionField }
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'segment'; readonly id: string }

/** `channel`, `property.plan` or `segment.` and its id. */
export function printGroup(group: Group): string {
  if (group.kind === 'dimension') return group.field
  return group.kind === 'property' ? `property.${escapePart(group.name)}` : `segment.${escapePart(group.id)}`
}

/** null for what is no group. */
export function readGroup(text: string | null): Group | null {
  const property = /^property\.([^.]+)$/.exec(text ?? '')
  if (property?.[1] !== undefined) return { kind: 'property', name: unescapePart(property[1]) }
  const segment = /^segment\.([^.]+)$/.exec(text ?? '')
  if (segment?.[1] !== undefined) return { kind: 'segment', id: unescapePart(segment[1]) }
  const field = fieldNames.find((each) => each === text)
  return field === undefined ? null : { kind: 'dimension', field }
}

export const fieldNames: readonly DimensionField[] = [
  'channel',
  'campaign',
  'partner',
  'adGroup',
  'creative',
  'country',
  'platform',
  'app',
  'appVersion',
  'event',
]

/** For people; a segment is named by those who know its name. */
export function groupTitle(group: Group): string {
  if (group.kind === 'dimension') return dimensionFields[group.field].title
  return group.kind === 'property' ? group.name : 'Segment'
}

/** As the API takes it. */
export function groupInput(group: Group): GroupBy {
  if (group.kind === 'dimension') return { dimension: dimensionFields[group.field].dimension }
  return group.kind === 'property' ? { property: group.name } : { segment: group.id }
}

/** How a row answers it. Properties are given a name of our own, since one question may group by several. */
export function groupSelection(group: Group): string {
  if (group.kind === 'property') return `property(name: ${JSON.stringify(group.name)})`
  if (group.kind === 'segment') return `segment(id: ${JSON.stringify(group.id)})`
  return dimensionFields[group.field].isEntity ? `${group.field} { id name }` : group.field
}

/** The value of a group in a row: `id` is what filters take (null: absent), `label` what people read. */
export type GroupValue = { readonly id: string | null; readonly label: string }

export const absentLabel = '(none)'

/** The two values of a segment. */
export const membersValue: GroupValue = { id: 'true', label: 'Members' }
export const othersValue: GroupValue = { id: 'false', label: 'All others' }

/** Reads what `groupSelection` asked for. */
export function readGroupValue(group: Group, row: Readonly<Record<string, unknown>>): GroupValue {
  const value = row[group.kind === 'dimension' ? group.field : group.kind]
  if (typeof value === 'boolean') return value ? membersValue : othersValue
  if (typeof value === 'string') return { id: value, label: value }
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return { id: null, label: absentLabel }
  const name = 'name' in value && typeof value.name === 'string' ? value.name : null
  return { id: value.id, label: name ?? value.id }
}
