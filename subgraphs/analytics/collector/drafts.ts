import { namesSomebody, type ConversionDraft, type Credit, type TouchDraft } from '#db/conversions/conversionDraft.ts'
import { REFUND, type CheckedEvent, type PricedEvent, type RequestScope } from './checkEvent.ts'
import type { TouchColumns } from './checkParts.ts'
import { DAY_MS } from './eventTime.ts'

/** Older events are analysed, but do not enter the log. */
const MAX_CONVERSION_AGE_MS = 30 * DAY_MS
/** An older touch can be no conversion's any more. */
const MAX_TOUCH_AGE_MS = 8 * DAY_MS
/** The property in which a refund names the event that it takes back. */
const ORIGINAL = 'originalEventId'

export type Drafts = {
  readonly conversions: readonly ConversionDraft[]
  readonly touches: readonly TouchDraft[]
  readonly add: (event: CheckedEvent, priced: PricedEvent) => void
}

/** Collects what of a request's events enters the log of conversions, and the touches by which conversions may be credited. */
export function createDrafts({ keyScope, nowMs }: RequestScope): Drafts {
  const { hasher } = keyScope
  const conversions: ConversionDraft[] = []
  const touches: TouchDraft[] = []

  function add({ row, occurredAtMs, properties }: CheckedEvent, { ids, money }: PricedEvent): void {
    const isConversion = keyScope.conversionEvents.get(row.app_id)?.has(row.event) === true
    const ageMs = nowMs - occurredAtMs
    const credit = row.touch === null ? null : creditOf(row.touch)
    if (row.touch !== null && credit !== null && row.user_id !== '' && ageMs <= MAX_TOUCH_AGE_MS && namesSomebody(credit)) {
      touches.push({ of: ids, userKey: hasher.userKey(row.user_id), isClick: row.touch.touch === 'click', touchedAtMs: occurredAtMs, credit })
    }
    const isRefund = row.is_refund && (isConversion || row.event === REFUND)
    if ((!isConversion && !isRefund) || ageMs > MAX_CONVERSION_AGE_MS) return
    const original = isRefund ? properties?.sent[ORIGINAL] : undefined
    conversions.push({
      of: ids,
      kind: isRefund ? 'refund' : 'conversion',
      event: row.event,
      appId: row.app_id,
      userId: row.user_id,
      userKey: row.user_id === '' ? '' : hasher.userKey(row.user_id),
      occurredAtMs,
      money: money === null ? null : { revenue: money.revenue, originalAmount: money.original_amount, originalCurrency: money.original_currency },
      platform: row.platform,
      country: row.country,
      credit: credit !== null && isNamed(credit) ? credit : null,
      originalId: typeof original === 'string' && original !== '' ? hasher.eventId(original) : null,
    })
  }
  return { conversions, touches, add }
}

const creditOf = (touch: TouchColumns): Credit => ({ channel: touch.channel, partnerId: touch.partner_id, campaignId: touch.campaign_id })
const isNamed = ({ channel, partnerId, campaignId }: Credit): boolean => channel !== '' || partnerId !== '' || campaignId !== ''
