import type { Decision } from '#db/conversions/decide.ts'
import type { CreditModel } from '../model/attribution.ts'
import { creditsOf, lookbackMs, RULE_MODELS } from '../model/credit.ts'
import type { EventValue } from './shapeEvents.ts'

export type TouchCreditValue = { readonly model: CreditModel['kind']; readonly credit: number }
/** A touch before a conversion, and what it counts for. */
export type TouchReasonValue = {
  readonly touch: EventValue
  readonly ageSeconds: number
  /** Why it does not count; null when it does. */
  readonly reason: string | null
  /** One for each rule model; none when it does not count, or when not all touches are known. */
  readonly credits: readonly TouchCreditValue[]
}
/** Why a conversion is owed to whom. `touches` are the newest first; there may be older ones when `isTruncated`. */
export type ReasoningValue = {
  readonly decision: Decision | null
  readonly touches: readonly TouchReasonValue[]
  readonly isTruncated: boolean
}

const SECOND_MS = 1_000
const VIEW_REASON = 'An impression counts for 1 day; this one is older.'

/**
 * The touches of the longest lookback before the conversion, each with its credit. `touches` are the user's, the newest first; all that happened at or
 * after `knownSinceMs` are among them. Ties come as in an analysis: an impression before a click, then by event id.
 */
export function reasonOf(
  conversion: EventValue,
  known: { readonly touches: readonly EventValue[]; readonly knownSinceMs: number; readonly decision: Decision | null; readonly seesChannel: boolean },
): ReasoningValue {
  const atMs = conversion.occurredAt.getTime()
  const before = known.touches
    .filter(({ occurredAt }) => occurredAt.getTime() <= atMs && atMs - occurredAt.getTime() <= lookbackMs('click'))
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || rank(a) - rank(b) || compareBytes(a.id, b.id))
  const counts = (touch: EventValue) => atMs - touch.occurredAt.getTime() <= lookbackMs(touch.touch === 'click' ? 'click' : 'impression')
  const path = before.filter(counts)
  const isTruncated = known.knownSinceMs > atMs - lookbackMs('click')
  const points = path.map(({ occurredAt, channel }) => ({ atMs: occurredAt.getTime(), isDirect: channel === 'direct' }))
  const credits = isTruncated
    ? []
    : RULE_MODELS.filter(({ kind }) => known.seesChannel || kind !== 'LAST_NON_DIRECT').map((model) => ({ model: model.kind, of: creditsOf(model, points) }))
  const places = new Map(path.map((touch, i) => [touch, i]))
  const touches = before.map((touch): TouchReasonValue => {
    const place = places.get(touch)
    return {
      touch,
      ageSeconds: (atMs - touch.occurredAt.getTime()) / SECOND_MS,
      reason: place === undefined ? VIEW_REASON : null,
      credits: place === undefined ? [] : credits.map(({ model, of }) => ({ model, credit: of[place] ?? 0 })),
    }
  })
  return { decision: known.decision, touches: touches.toReversed(), isTruncated }
}

const rank = ({ touch }: EventValue): number => (touch === 'click' ? 1 : 0)
/** As ClickHouse compares texts. */
const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
