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
export type FilterField = DimensionField | 'property'

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
}

/** What rows are grouped by: a dimension, or a property of the events by name. */
export type Group = { readonly kind: 'dimension'; readonly field: DimensionField } | { readonly kind: 'property'; readonly name: string }

/** `channel`, or `property.plan`. */
export const printGroup = (group: Group): string => (group.kind === 'dimension' ? group.field : `property.${escapePart(group.name)}`)

/** null for what is no group. */
export function readGroup(text: string | null): Group | null {
  const property = /^property\.([^.]+)$/.exec(text ?? '')
  if (property?.[1] !== undefined) return { kind: 'property', name: unescapePart(property[1]) }
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

export const groupTitle = (group: Group): string => (group.kind === 'dimension' ? dimensionFields[group.field].title : group.name)

/** As the API takes it. */
export const groupInput = (group: Group): GroupBy =>
  group.kind === 'dimension' ? { dimension: dimensionFields[group.field].dimension } : { property: group.name }

/** How a row answers it. Properties are given a name of our own, since one question may group by several. */
export function groupSelection(group: Group): string {
  if (group.kind === 'property') return `property(name: ${JSON.stringify(group.name)})`
  return dimensionFields[group.field].isEntity ? `${group.field} { id name }` : group.field
}

/** The value of a group in a row: `id` is what filters take (null: absent), `label` what people read. */
export type GroupValue = { readonly id: string | null; readonly label: string }

export const absentLabel = '(none)'

/** Reads what `groupSelection` asked for. */
export function readGroupValue(group: Group, row: Readonly<Record<string, unknown>>): GroupValue {
  const value = group.kind === 'property' ? row['property'] : row[group.field]
  if (typeof value === 'string') return { id: value, label: value }
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return { id: null, label: absentLabel }
  const name = 'name' in value && typeof value.name === 'string' ? value.name : null
  return { id: value.id, label: name ?? value.id }
}
