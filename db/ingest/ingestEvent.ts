import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'

/** A row as it lies in a batch: what is absent ('' or the type's default) is left out, and the copy adds its own number. */
export type BatchLine = Pick<StoredEvent, 'tenant_id' | 'app_id' | 'user_id' | 'event' | 'occurred_at' | 'recorded_at' | 'event_id'> & Partial<Omit<StoredEvent, 'copy_group'>>

export type PropertyKind = 'text' | 'number' | 'boolean'

/** A checked event on its way into a batch. */
export type IngestEvent = {
  /** JSON of a BatchLine, without the line's end. */
  readonly line: string
  /** The 16 bytes of its id as Latin-1 characters. */
  readonly id: string
  /** Id and day (see eventKey): what identifies it within its tenant. */
  readonly key: string
  /** UTC day of occurredAt, counted from 1970-01-01. */
  readonly day: number
  readonly name: string
  /** occurredAt, milliseconds UTC. */
  readonly occurredAtMs: number
  /** As sent: text, numbers and booleans. */
  readonly properties: Readonly<Record<string, unknown>> | null
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
export type Submission = { readonly keyId: string; readonly events: readonly IngestEvent[]; readonly rejected: readonly RejectedEvent[] }

export type SubmissionOutcome = { readonly accepted: number; readonly duplicates: number }
