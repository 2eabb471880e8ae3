import { hash } from 'node:crypto'
import { DateTime } from 'luxon'
import type { FieldSource, ImportMap } from './importMap.ts'
import type { Row } from './rows.ts'

/** An event as the collector takes it; what is wrong with it is for the collector to say. */
export type MappedEvent = Readonly<Record<string, unknown>>
type Draft = Record<string, unknown>

const MAX_KEPT_TIMES = 100_000

/** Makes events of rows. An event without an id gets the hash of its mapped row and its ordinal among equal rows of the file, so that a second import of the file is the same events. */
export function createRowMapper(map: ImportMap, app: string): (row: Row) => MappedEvent {
  const times = new Map<string, string>()
  // Of the whole file: equal rows may be far apart.
  const ordinals = new Map<string, number>()

  function timeOf(value: unknown, { format, timeZone }: FieldSource): unknown {
    if (value instanceof Date) return value.toISOString()
    if (format === null) return typeof value === 'string' ? value.trim() : plain(value)
    const text = String(value).trim()
    const known = times.get(text)
    if (known !== undefined) return known
    const time = format === 'iso' ? DateTime.fromISO(text, { zone: timeZone }) : DateTime.fromFormat(text, format, { zone: timeZone, locale: 'en' })
    // What does not fit the format goes as it is, and comes back as rejected with its text.
    if (!time.isValid) return text
    const iso = time.toUTC().toISO()
    if (times.size === MAX_KEPT_TIMES) times.clear()
    times.set(text, iso)
    return iso
  }

  return (row) => {
    const event: Draft = { app }
    for (const [field, value] of map.constants) assign(event, field, value)
    for (const source of map.sources) {
      const value = row.value(source.column)
      if (value === undefined || value === null || value === '') continue
      assign(event, source.field, source.field === 'occurredAt' ? timeOf(value, source) : convert(value, source))
    }
    // Without an amount there is nothing that the currency would be of.
    if (isDraft(event.revenue) && event.revenue.amount === undefined) delete event.revenue
    if (event.eventId === undefined) event.eventId = nextId(ordinals, event)
    return event
  }
}

function nextId(ordinals: Map<string, number>, event: Draft): string {
  const digest = hash('sha256', JSON.stringify(event), 'base64url')
  const ordinal = (ordinals.get(digest) ?? 0) + 1
  ordinals.set(digest, ordinal)
  return `${digest}-${ordinal}`
}

const isDraft = (value: unknown): value is Draft => typeof value === 'object' && value !== null

function assign(event: Draft, field: string, value: unknown): void {
  if (field === 'revenue') return assign(event, 'revenue.amount', value)
  if (field === 'currency') return assign(event, 'revenue.currency', value)
  const dot = field.indexOf('.')
  if (dot === -1) {
    event[field] = value
    return
  }
  const part = field.slice(0, dot)
  const inner: unknown = event[part]
  const object: Draft = isDraft(inner) ? inner : {}
  object[field.slice(dot + 1)] = value
  event[part] = object
}

function convert(value: unknown, { field, type }: FieldSource): unknown {
  if (field === 'revenue') return typeof value === 'string' ? value.trim() : plain(value)
  if (!field.startsWith('properties.')) return typeof value === 'string' ? value : String(plain(value))
  if (typeof value !== 'string') return plain(value)
  if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
  if (type === 'boolean' && /^(true|false)$/i.test(value.trim())) return value.trim().toLowerCase() === 'true'
  return value
}

/** What JSON takes: big integers and times as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date ? value.toISOString() : value
}
