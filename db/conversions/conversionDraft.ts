import type { IngestEvent } from '#db/ingest/ingestEvent.ts'

/** Bytes of the keyed hash under which a user's touches are kept. */
export const USER_KEY_BYTES = 16

/** To whom traffic is owed; '' is absent. */
export type Credit = { readonly channel: string; readonly partnerId: string; readonly campaignId: string }

/** An event that is a conversion or takes one back, on its way into the log; what is absent is ''. */
export type ConversionDraft = {
  /** The very object in the submission's `events`: it enters the log when that one is accepted. */
  readonly of: IngestEvent
  readonly kind: 'conversion' | 'refund'
  readonly event: string
  readonly appId: string
  readonly userId: string
  /** 16 bytes as Latin-1 characters; '' without a user. */
  readonly userKey: string
  readonly occurredAtMs: number
  /** Decimal text; null when the event brought no money. */
  readonly money: { readonly revenue: string; readonly originalAmount: string; readonly originalCurrency: string } | null
  readonly platform: string
  readonly country: string
  /** The event's own touch fields; null when it has none. */
  readonly credit: Credit | null
  /** The hash of the id of the event that a refund takes back, as an event's own `id`; null when it names none. */
  readonly originalId: string | null
}

/** A touch by a known user that names somebody to credit, on its way into the touches of the last days. */
export type TouchDraft = {
  /** The very object in the submission's `events`. */
  readonly of: IngestEvent
  readonly userKey: string
  readonly isClick: boolean
  readonly touchedAtMs: number
  readonly credit: Credit
}

// A touch of these alone says that nobody is owed anything.
const UNPAID_CHANNELS: ReadonlySet<string> = new Set(['', 'organic', 'direct'])

/** Whether somebody is named whom a conversion can be credited to. */
export const namesSomebody = ({ channel, partnerId, campaignId }: Credit): boolean => campaignId !== '' || partnerId !== '' || !UNPAID_CHANNELS.has(channel)
