import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType } from 'graphql'
import type { Asking } from './asking.ts'
import { chance, pick } from './draw.ts'
import { argumentsOf } from './inputs.ts'

/** A field that is asked for, with all below it. `children` is null for a leaf. */
export type Selected = {
  readonly parent: string
  readonly field: GraphQLField<unknown, unknown>
  readonly key: string
  readonly args: Readonly<Record<string, unknown>>
  readonly children: readonly Selected[] | null
}

export const coordinateOf = ({ parent, field }: Pick<Selected, 'parent' | 'field'>): string => `${parent}.${field.name}`

/** Which fields to take: all that fit together, some, or those on the way to one field. */
export type Wanted = { readonly kind: 'all' } | { readonly kind: 'some'; readonly percent: number } | { readonly kind: 'to'; readonly coordinate: string }

const MAX_DEPTH = 8
const MAX_DIMENSIONS = 3

/** Fields of a row that must be grouped by, as Dimension names them. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  adGroup: 'AD_GROUP',
  app: 'APP',
  appVersion: 'APP_VERSION',
  campaign: 'CAMPAIGN',
  channel: 'CHANNEL',
  country: 'COUNTRY',
  creative: 'CREATIVE',
  event: 'EVENT',
  partner: 'PARTNER',
  platform: 'PLATFORM',
}
const ROWS: ReadonlySet<string> = new Set(['MetricsRow', 'CohortRow', 'FunnelRow', 'AttributionRow'])
// Each makes a question that others do not fit in, so they are asked one at a time.
const ALONE: ReadonlySet<string> = new Set([
  'AttributionRow.conversionsInterval',
  'MetricsRow.running',
  'MetricsRow.share',
  'MetricsRow.isOther',
  'MetricsRow.segment',
  'CohortRow.segment',
  'FunnelRow.segment',
  'AttributionRow.segment',
  'FunnelStepResult.droppedCell',
  'CohortsResult.mean',
  'MetricsRow.lifecycle',
])
// Costs are known by these alone, so whoever asks for everything groups by no others.
const COSTED: ReadonlySet<string> = new Set(['adGroup', 'app', 'campaign', 'channel', 'country', 'partner', 'platform'])

/** The fields of a type that are asked for; null when none of them leads to what is wanted. */
export function select(type: GraphQLObjectType, asking: Asking, wanted: Wanted, depth = 0): readonly Selected[] | null {
  const selected: Selected[] = []
  const dimensions = takeDimensions(type, asking, wanted)
  for (const field of Object.values(type.getFields())) {
    const coordinate = `${type.name}.${field.name}`
    if (ROWS.has(type.name) && isGrouped(field.name) && !dimensions.has(field.name)) continue
    const node = selectField({ parent: type.name, field }, asking, { wanted, depth, isAlone: ALONE.has(coordinate) })
    if (node !== null) selected.push(node)
  }
  return selected.length === 0 ? null : selected
}

const isGrouped = (name: string): boolean => name in DIMENSIONS || name === 'property' || name === 'segment' || name === 'time'

function takeDimensions(type: GraphQLObjectType, asking: Asking, wanted: Wanted): ReadonlySet<string> {
  if (!ROWS.has(type.name)) return new Set()
  const names = Object.keys(type.getFields()).filter(isGrouped)
  if (wanted.kind === 'to') {
    // The way to it may lead through a dimension, such as to the name of a campaign.
    const direct = names.filter((name) => wanted.coordinate === `${type.name}.${name}`)
    return new Set(direct.length > 0 ? direct : names.filter((name) => leadsTo(type.getFields()[name]?.type, wanted.coordinate)).slice(0, 1))
  }
  const taken = new Set<string>()
  const possible = wanted.kind === 'all' ? names.filter((name) => COSTED.has(name)) : names
  const most = wanted.kind === 'all' ? MAX_DIMENSIONS : asking.draw(MAX_DIMENSIONS + 1)
  for (let n = 0; n < most; n++) taken.add(pick(asking.draw, possible))
  return taken
}

type How = { readonly wanted: Wanted; readonly depth: number; readonly isAlone: boolean }

function selectField({ parent, field }: Pick<Selected, 'parent' | 'field'>, asking: Asking, { wanted, depth, isAlone }: How): Selected | null {
  const coordinate = `${parent}.${field.name}`
  const type = getNamedType(field.type)
  const isWanted = wanted.kind === 'to' && wanted.coordinate === coordinate
  if (wanted.kind === 'to' && !isWanted && !leadsTo(field.type, wanted.coordinate)) return null
  if (wanted.kind === 'some' && !chance(asking.draw, isAlone ? wanted.percent / 10 : wanted.percent)) return null
  if (wanted.kind === 'all' && isAlone) return null
  const isObject = isObjectType(type)
  if (isObject && depth >= MAX_DEPTH) return null
  const below = isWanted ? ({ kind: 'some', percent: 50 } as const) : wanted
  const children = isObject ? select(type, asking, below, depth + 1) : null
  if (isObject && children === null && !isWanted) return null
  const args = argumentsOf({ coordinate, args: field.args }, asking)
  if (ROWS.has(parent)) noteNeeds(field.name, args, asking)
  const key = wanted.kind === 'some' && chance(asking.draw, 5) ? `x${asking.draw(9)}_${field.name}` : field.name
  return { parent, field, key, args, children: isObject ? (children ?? []) : null }
}

function noteNeeds(name: string, args: Readonly<Record<string, unknown>>, { needs }: Asking): void {
  const dimension = DIMENSIONS[name]
  if (dimension !== undefined) needs.dimensions.add(dimension)
  if (name === 'property') needs.properties.add(String(args['name']))
  if (name === 'segment') needs.segments.add(String(args['id']))
  if (name === 'time' || name === 'running' || name === 'lifecycle') needs.isTimed = true
}

const ways = new Map<string, boolean>()

/** Whether the field of that coordinate stands somewhere below the type. */
function leadsTo(type: GraphQLOutputType | undefined, coordinate: string, seen: ReadonlySet<string> = new Set()): boolean {
  const named = type === undefined ? undefined : getNamedType(type)
  if (!isObjectType(named) || seen.has(named.name)) return false
  const key = `${named.name} ${coordinate}`
  const known = ways.get(key)
  if (known !== undefined) return known
  const fields = Object.values(named.getFields())
  const leads =
    fields.some(({ name }) => `${named.name}.${name}` === coordinate) || fields.some((field) => leadsTo(field.type, coordinate, new Set([...seen, named.name])))
  ways.set(key, leads)
  return leads
}
