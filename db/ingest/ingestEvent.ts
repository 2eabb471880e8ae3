import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import type { ConversionDraft, TouchDraft } from '#db/conversions/conversionDraft.ts'
import type { EventSummary } from './eventSummary.ts'

/** A row as it lies in a batch: what is absent ('' or the type's default) is left out, and the copy adds its own number. */
export type BatchLine = Pick<StoredEvent, 'tenant_id' | 'app_id' | 'user_id' | 'event' | 'occurred_at' | 'recorded_at' | 'event_id'> &
  Partial<Omit<StoredEvent, 'copy_group'>>

/** What identifies a checked event on its way into a batch. */
export type IngestEvent = {
  /** The 16 bytes of its id as Latin-1 characters. */
  readonly id: string
  /** Id and day (see eventKey): what identifies it within its tenant. */
  readonly key: string
  /** UTC day of occurredAt, counted from 1970-01-01. */
  readonly day: number
}

export type RejectedEvent = {
  /** Position in the request, from 0. */
  readonly index: number
  readonly code: string
  readonly path: string
  readonly message: string
  /** Its bytes exactly as they came. */
  readonly raw: Buffer
}

/** What one request brings into a commit. */
export type Submission = {
  readonly keyId: string
  readonly events: readonly IngestEvent[]
  /** JSON of a BatchLine for each event in its order, each with a newline behind it. Bytes, and not objects: they wait without costing the collector of garbage. */
  readonly lines: Buffer
  /** For the catalogue; duplicates included, which are no news to it. */
  readonly summaries: readonly EventSummary[]
  readonly rejected: readonly RejectedEvent[]
  /** Of the events: those that enter the log of conversions. */
  readonly conversions: readonly ConversionDraft[]
  /** Of the events: those by which later conversions may be credited. */
  readonly touches: readonly TouchDraft[]
}

export type SubmissionOutcome = { readonly accepted: number; readonly duplicates: number }
