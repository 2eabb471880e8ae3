/** What a row of `events` is besides an event: `none` for activity, else a touch (counted by impressions and clicks, never activity). */
export type Touch = 'none' | 'click' | 'impression'

/**
 * A row of the ClickHouse table `events` as JSONEachRow takes it. Times are UTC `YYYY-MM-DD HH:MM:SS.mmm`, money is decimal text with
 * at most 6 places, '' means absent. The keys are the columns and their order is the table's.
 */
export type StoredEvent = {
  readonly tenant_id: string
  readonly app_id: string
  /** The caller's own id of the person; '' only for anonymous touches. */
  readonly user_id: string
  readonly event: string
  readonly occurred_at: string
  readonly recorded_at: string
  readonly event_id: string
  readonly touch: Touch
  readonly platform: string
  readonly country: string
  readonly app_version: string
  readonly channel: string
  readonly partner_id: string
  readonly campaign_id: string
  readonly ad_group_id: string
  readonly creative_id: string
  /** Net, in the tenant's reporting currency; a refund is negative; '0' when there is none. */
  readonly revenue: string
  readonly original_amount: string
  /** ISO 4217; '' when there is no amount. */
  readonly original_currency: string
  readonly is_refund: boolean
  /** Numbers in canonical decimal text, booleans as true and false. */
  readonly properties: Readonly<Record<string, string>>
  /** Hex of the per-tenant keyed hash, by kind of id (gaid, idfa, idfv, androidId). */
  readonly device_ids: Readonly<Record<string, string>>
  /** The raw device ids, AES-GCM, base64; '' when there are none. */
  readonly device_sealed: string
  /** The copy that brought the row here; decimal text of a UInt64, since it may pass 2^53. */
  readonly copy_group: string
}

/** The instant as `occurred_at` and `recorded_at` are written. */
export const storedTime = (instant: Date): string => instant.toISOString().replace('T', ' ').replace('Z', '')
