import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { Dimension, Filter, NumberFilter, TextFilter } from './question.ts'

/** The stored column behind each dimension and the GraphQL field that shows it; the filters have the fields' names. */
export const DIMENSIONS = {
  APP: { column: 'app_id', field: 'app' },
  PLATFORM: { column: 'platform', field: 'platform' },
  COUNTRY: { column: 'country', field: 'country' },
  APP_VERSION: { column: 'app_version', field: 'appVersion' },
  EVENT: { column: 'event', field: 'event' },
  CHANNEL: { column: 'channel', field: 'channel' },
  PARTNER: { column: 'partner_id', field: 'partner' },
  CAMPAIGN: { column: 'campaign_id', field: 'campaign' },
  AD_GROUP: { column: 'ad_group_id', field: 'adGroup' },
  CREATIVE: { column: 'creative_id', field: 'creative' },
} as const satisfies Record<Dimension, { column: keyof StoredEvent; field: keyof Filter }>

/** Whether every member of the filter holds for the row; no filter, or one without members, holds for all. */
export function matches(filter: Filter | null | undefined, row: StoredEvent | StoredCost): boolean {
  if (filter === null || filter === undefined) return true
  if (filter.and?.some((each) => !matches(each, row))) return false
  if (filter.or && !filter.or.some((each) => matches(each, row))) return false
  if (filter.not && matches(filter.not, row)) return false
  for (const { column, field } of Object.values(DIMENSIONS)) {
    const value = columnOf(row, column)
    if (!matchesText(field === 'app' && value === '' ? ofNoApp(filter.app) : filter[field], value)) return false
  }
  if (filter.segment && !('user_id' in row && filter.segment.members.has(row.user_id))) return false
  if (!filter.property) return true
  if (!('properties' in row)) throw new Error('Costs have no properties.')
  const value = propertyOf(row, filter.property.name)
  return matchesText(filter.property.text, value) && matchesNumber(filter.property.number, value)
}

/** The empty text is no app's id: where there is no app, as of a conversion without touches, it is in no list of them. */
function ofNoApp(filter: Filter['app']): Filter['app'] {
  if (!filter) return filter
  const ids = (list: readonly string[] | null | undefined) => list?.filter((id) => id !== '')
  return { ...filter, in: filter.eq === '' ? [] : ids(filter.in), notIn: ids(filter.notIn), eq: filter.eq === '' ? undefined : filter.eq }
}

/** The column's text; costs have fewer columns, and must not be asked for the others. */
export function columnOf(row: StoredEvent | StoredCost, column: (typeof DIMENSIONS)[Dimension]['column']): string {
  if ('event_id' in row) return row[column]
  return Object.entries(row).find(([name]) => name === column)?.[1] ?? ''
}

/** '' when the row does not have the property. */
export const propertyOf = (row: StoredEvent, name: string): string => (Object.hasOwn(row.properties, name) ? (row.properties[name] ?? '') : '')

/** `notIn` is the opposite of `in`: an absent value is in no list. Letters are compared as they are written. */
function matchesText(filter: TextFilter | null | undefined, value: string): boolean {
  if (!filter) return true
  if (typeof filter.eq === 'string' && value !== filter.eq) return false
  if (filter.in && !filter.in.includes(value)) return false
  if (filter.notIn && filter.notIn.includes(value)) return false
  if (typeof filter.contains === 'string' && !value.includes(filter.contains)) return false
  if (typeof filter.startsWith === 'string' && !value.startsWith(filter.startsWith)) return false
  if (typeof filter.isNull === 'boolean' && (value === '') !== filter.isNull) return false
  return true
}

/** Only the canonical text of a number is one: words, booleans and absent values meet no condition on numbers. */
function matchesNumber(filter: NumberFilter | null | undefined, text: string): boolean {
  if (!filter) return true
  if (!/^-?\d+(\.\d+)?$/.test(text)) return false
  const value = Number(text)
  if (typeof filter.eq === 'number' && value !== filter.eq) return false
  if (typeof filter.gt === 'number' && !(value > filter.gt)) return false
  if (typeof filter.gte === 'number' && !(value >= filter.gte)) return false
  if (typeof filter.lt === 'number' && !(value < filter.lt)) return false
  if (typeof filter.lte === 'number' && !(value <= filter.lte)) return false
  return true
}
