import { z } from 'zod'
import type { IngestEvent, PropertyKind } from './ingestEvent.ts'

/** Topic of the message that goes with each commit; its aggregate is `tenant:<id>`. */
export const INGEST_COMMITTED = 'ingest.committed'

const propertyKind = z.enum(['text', 'number', 'boolean'])
const eventSummary = z.object({
  name: z.string(),
  /** Of occurredAt, milliseconds UTC. */
  firstMs: z.number(),
  lastMs: z.number(),
  properties: z.array(z.tuple([z.string(), propertyKind])),
})

/** Payload of `ingest.committed`: the event names of the commit, for the catalogue. */
export const ingestCommittedSchema = z.object({ events: z.array(eventSummary) })
export type EventSummary = z.infer<typeof eventSummary>

// What one commit tells the catalogue at most; names beyond it are told by a later commit.
const MAX_NAMES = 1_000
const MAX_PROPERTIES = 5_000

type Building = { firstMs: number; lastMs: number; readonly properties: Map<string, PropertyKind> }

/** The names of these events, when they were first and last seen, and the kinds of their properties; a property of several kinds is text. */
export function summarizeEvents(events: Iterable<IngestEvent>): readonly EventSummary[] {
  const byName = new Map<string, Building>()
  let properties = 0
  for (const event of events) {
    let entry = byName.get(event.name)
    if (entry === undefined) {
      if (byName.size === MAX_NAMES) continue
      entry = { firstMs: event.occurredAtMs, lastMs: event.occurredAtMs, properties: new Map() }
      byName.set(event.name, entry)
    } else if (event.occurredAtMs < entry.firstMs) entry.firstMs = event.occurredAtMs
    else if (event.occurredAtMs > entry.lastMs) entry.lastMs = event.occurredAtMs
    if (event.properties === null) continue
    for (const key of Object.keys(event.properties)) {
      const kind = kindOf(event.properties[key])
      const known = entry.properties.get(key)
      if (known === undefined && properties < MAX_PROPERTIES) {
        entry.properties.set(key, kind)
        properties += 1
      } else if (known !== undefined && known !== kind) entry.properties.set(key, 'text')
    }
  }
  return Array.from(byName, ([name, { firstMs, lastMs, properties: kinds }]) => ({ name, firstMs, lastMs, properties: [...kinds] }))
}

function kindOf(value: unknown): PropertyKind {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}
