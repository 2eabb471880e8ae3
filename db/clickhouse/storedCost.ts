/**
 * A row of the ClickHouse table `costs` as JSONEachRow takes it: what a source states that a calendar day has cost. Money is decimal text with
 * at most 6 places in the reporting currency, '' means absent. The keys are the columns and their order is the table's.
 */
export type StoredCost = {
  readonly tenant_id: string
  /** `YYYY-MM-DD`, of no time zone. */
  readonly day: string
  readonly app_id: string
  readonly platform: string
  readonly country: string
  readonly channel: string
  readonly partner_id: string
  readonly campaign_id: string
  readonly ad_group_id: string
  /** The best first. */
  readonly source: 'api' | 'import' | 'link'
  readonly cost: string
  readonly original_amount: string
  readonly original_currency: string
  /** UTC `YYYY-MM-DD HH:MM:SS.mmm`; of what one source states twice the newest counts. */
  readonly recorded_at: string
}
