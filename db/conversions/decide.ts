import { namesSomebody, type Credit } from './conversionDraft.ts'

const DAY_SECONDS = 86_400
/** How far a conversion looks back (DEFINITIONS.md, section 2); the boundary counts. */
export const CLICK_LOOKBACK_SECONDS = 7 * DAY_SECONDS
export const VIEW_LOOKBACK_SECONDS = DAY_SECONDS

/** To whom a conversion is credited, and why; stored as it is. */
export type Decision = {
  readonly kind: 'attributed' | 'organic'
  /** null when no touch was found. */
  readonly matchedBy: 'touch_fields' | 'user_id' | null
  /** ISO 8601 UTC; null unless a touch of the user won. */
  readonly touchedAt: string | null
  /** The lookback window that held; null likewise. */
  readonly windowSeconds: number | null
  readonly reason: string
}
export type Decided = { readonly credit: Credit; readonly decision: Decision }

/** A touch that is known of the conversion's user. */
export type KnownTouch = { readonly isClick: boolean; readonly touchedAtMs: number; readonly eventId: string; readonly credit: Credit }

export const NOBODY: Credit = { channel: '', partnerId: '', campaignId: '' }

/**
 * Whom a conversion is credited to: the event's own touch fields when it has them, else the latest click within 7 days, else the latest view within
 * one, else nobody. A click beats a view however recent the view; of touches at the same time the one with the greater event id wins; touches
 * after the conversion do not count.
 */
export function decide({
  own,
  occurredAtMs,
  touches,
}: {
  readonly own: Credit | null
  readonly occurredAtMs: number
  readonly touches: readonly KnownTouch[]
}): Decided {
  if (own !== null) {
    const isAttributed = namesSomebody(own)
    const reason = isAttributed ? 'The event itself says whom it is owed to.' : 'The event itself says that nobody is owed anything.'
    return { credit: own, decision: { kind: isAttributed ? 'attributed' : 'organic', matchedBy: 'touch_fields', touchedAt: null, windowSeconds: null, reason } }
  }
  const click = latest(touches, { occurredAtMs, isClick: true, windowSeconds: CLICK_LOOKBACK_SECONDS })
  const winner = click ?? latest(touches, { occurredAtMs, isClick: false, windowSeconds: VIEW_LOOKBACK_SECONDS })
  if (winner === null) {
    const reason = 'No click within 7 days and no view within 1 day before it.'
    return { credit: NOBODY, decision: { kind: 'organic', matchedBy: null, touchedAt: null, windowSeconds: null, reason } }
  }
  const { credit, touchedAtMs, isClick } = winner
  const reason = isClick ? 'The latest click within 7 days before it.' : 'The latest view within 1 day before it; there was no click within 7 days.'
  const windowSeconds = isClick ? CLICK_LOOKBACK_SECONDS : VIEW_LOOKBACK_SECONDS
  return { credit, decision: { kind: 'attributed', matchedBy: 'user_id', touchedAt: new Date(touchedAtMs).toISOString(), windowSeconds, reason } }
}

type Rung = { readonly occurredAtMs: number; readonly isClick: boolean; readonly windowSeconds: number }

function latest(touches: readonly KnownTouch[], { occurredAtMs, isClick, windowSeconds }: Rung): KnownTouch | null {
  const isEligible = (touch: KnownTouch): boolean =>
    touch.isClick === isClick && touch.touchedAtMs <= occurredAtMs && occurredAtMs - touch.touchedAtMs <= windowSeconds * 1000
  return touches.filter(isEligible).reduce<KnownTouch | null>((best, touch) => (best === null || isLater(touch, best) ? touch : best), null)
}

const isLater = (a: KnownTouch, b: KnownTouch): boolean => a.touchedAtMs > b.touchedAtMs || (a.touchedAtMs === b.touchedAtMs && a.eventId > b.eventId)
