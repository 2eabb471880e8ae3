import { z } from 'zod'

/** Topic of the message that goes with each commit; its aggregate is `tenant:<id>`. */
export const INGEST_COMMITTED = 'ingest.committed'

const propertyKind = z.enum(['text', 'number', 'boolean'])
export type PropertyKind = z.infer<typeof propertyKind>
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

export type Summarizer = {
  /** One event; `properties` as sent (text, numbers, booleans), null when there are none. */
  readonly add: (event: { readonly name: string; readonly occurredAtMs: number; readonly properties: Readonly<Record<string, unknown>> | null }) => void
  /** What another one has found. */
  readonly merge: (summaries: readonly EventSummary[]) => void
  readonly result: () => readonly EventSummary[]
}

/** Collects the names of events, when they were first and last seen, and the kinds of their properties; a property of several kinds is text. */
export function createSummarizer(): Summarizer {
  const byName = new Map<string, Building>()
  let properties = 0

  function entryOf(name: string, ms: number): Building | null {
    const known = byName.get(name)
    if (known !== undefined) return known
    if (byName.size === MAX_NAMES) return null
    const entry = { firstMs: ms, lastMs: ms, properties: new Map<string, PropertyKind>() }
    byName.set(name, entry)
    return entry
  }

  function see(entry: Building, property: string, kind: PropertyKind): void {
    const known = entry.properties.get(property)
    if (known === kind) return
    if (known !== undefined) entry.properties.set(property, 'text')
    else if (properties < MAX_PROPERTIES) {
      entry.properties.set(property, kind)
      properties += 1
    }
  }

  return {
    add: ({ name, occurredAtMs, properties: sent }) => {
      const entry = entryOf(name, occurredAtMs)
      if (entry === null) return
      if (occurredAtMs < entry.firstMs) entry.firstMs = occurredAtMs
      if (occurredAtMs > entry.lastMs) entry.lastMs = occurredAtMs
      if (sent !== null) for (const property in sent) see(entry, property, kindOf(sent[property]))
    },
    merge: (summaries) => {
      for (const { name, firstMs, lastMs, properties: kinds } of summaries) {
        const entry = entryOf(name, firstMs)
        if (entry === null) continue
        entry.firstMs = Math.min(entry.firstMs, firstMs)
        entry.lastMs = Math.max(entry.lastMs, lastMs)
        for (const [property, kind] of kinds) see(entry, property, kind)
      }
    },
    result: () => Array.from(byName, ([name, { firstMs, lastMs, properties: kinds }]) => ({ name, firstMs, lastMs, properties: [...kinds] })),
  }
}

function kindOf(value: unknown): PropertyKind {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}
