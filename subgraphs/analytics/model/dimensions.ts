import { column, type TextColumn, type TextOperand } from './condition.ts'

export type DimensionName = 'APP' | 'PLATFORM' | 'COUNTRY' | 'APP_VERSION' | 'EVENT' | 'CHANNEL' | 'PARTNER' | 'CAMPAIGN' | 'AD_GROUP' | 'CREATIVE'
export type DimensionField = 'app' | 'platform' | 'country' | 'appVersion' | 'event' | 'channel' | 'partner' | 'campaign' | 'adGroup' | 'creative'
/** Entities of other subgraphs that a row refers to by id. */
export type EntityName = 'App' | 'Partner' | 'Campaign' | 'AdGroup' | 'Creative'

/** What rows are grouped and filtered by. GraphQL fields, filters, the catalogue and the SQL are all made from this list. */
export type DimensionDefinition = {
  readonly name: DimensionName
  /** The field of rows and of filters. */
  readonly field: DimensionField
  readonly title: string
  readonly description: string
  readonly column: TextColumn
  /** The type that the id refers to; null for plain text. */
  readonly entity: EntityName | null
  /** Whether rows of costs have the column too. */
  readonly hasCosts: boolean
}

export const dimensions: readonly DimensionDefinition[] = [
  { name: 'APP', field: 'app', title: 'App', description: 'The app in which it happened.', column: 'app_id', entity: 'App', hasCosts: true },
  {
    name: 'PLATFORM',
    field: 'platform',
    title: 'Platform',
    description: 'The platform as the event said it, such as ios or android; null when it said none.',
    column: 'platform',
    entity: null,
    hasCosts: true,
  },
  {
    name: 'COUNTRY',
    field: 'country',
    title: 'Country',
    description: 'The country as the event said it, such as DE; null when it said none.',
    column: 'country',
    entity: null,
    hasCosts: true,
  },
  {
    name: 'APP_VERSION',
    field: 'appVersion',
    title: 'App version',
    description: 'The version of the app as the event said it; null when it said none.',
    column: 'app_version',
    entity: null,
    hasCosts: false,
  },
  { name: 'EVENT', field: 'event', title: 'Event', description: 'The name of the event.', column: 'event', entity: null, hasCosts: false },
  {
    name: 'CHANNEL',
    field: 'channel',
    title: 'Channel',
    description: 'The marketing channel, such as paid_search or organic; null when there is none.',
    column: 'channel',
    entity: null,
    hasCosts: true,
  },
  {
    name: 'PARTNER',
    field: 'partner',
    title: 'Partner',
    description: 'The advertising partner; null when there is none.',
    column: 'partner_id',
    entity: 'Partner',
    hasCosts: true,
  },
  {
    name: 'CAMPAIGN',
    field: 'campaign',
    title: 'Campaign',
    description: 'The campaign; null when there is none.',
    column: 'campaign_id',
    entity: 'Campaign',
    hasCosts: true,
  },
  {
    name: 'AD_GROUP',
    field: 'adGroup',
    title: 'Ad group',
    description: 'The ad group; null when there is none.',
    column: 'ad_group_id',
    entity: 'AdGroup',
    hasCosts: true,
  },
  {
    name: 'CREATIVE',
    field: 'creative',
    title: 'Creative',
    description: 'The creative; null when there is none.',
    column: 'creative_id',
    entity: 'Creative',
    hasCosts: false,
  },
]

const byName = new Map(dimensions.map((dimension) => [dimension.name, dimension]))
const byField = new Map<string, DimensionDefinition>(dimensions.map((dimension) => [dimension.field, dimension]))

export function dimensionNamed(name: DimensionName): DimensionDefinition {
  const found = byName.get(name)
  if (found === undefined) throw new Error(`There is no dimension ${name}.`)
  return found
}

/** null for a field that is no dimension. */
export const dimensionOfField = (field: string): DimensionDefinition | null => byField.get(field) ?? null

export const operandOf = (name: DimensionName): TextOperand => column(dimensionNamed(name).column)
