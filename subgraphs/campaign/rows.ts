import type { MoneyValue } from '#ops/service/builder.ts'

/** How far a campaign has come. */
export const CAMPAIGN_STATUSES = ['DRAFT', 'ACTIVE', 'PAUSED', 'ENDED'] as const
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

// An id that the tenant does not know is a row of nulls: numbers are grouped by whatever word the ad network sent, known or not.
export type CampaignRow = {
  readonly id: string
  readonly name: string | null
  readonly status: CampaignStatus | null
  readonly budget: MoneyValue | null
  readonly channel: string | null
  readonly partnerId: string | null
}
export type AdGroupRow = { readonly id: string; readonly name: string | null; readonly campaignId: string | null }
export type CreativeRow = { readonly id: string; readonly name: string | null }
export type PartnerRow = { readonly id: string; readonly name: string | null }
