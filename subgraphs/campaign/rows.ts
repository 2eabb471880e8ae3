import type { AdGroup } from '#db/entities/campaign/AdGroup.ts'
import type { Campaign } from '#db/entities/campaign/Campaign.ts'
import type { MoneyValue } from '#ops/service/builder.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { isAbsent } from '#ops/service/presence.ts'

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

export function campaignRow({ id, name, status, budgetAmount, budgetCurrency, channel, partnerId }: Campaign): CampaignRow {
  const budget = isAbsent(budgetAmount) || isAbsent(budgetCurrency) ? null : { amount: trimDecimal(budgetAmount), currency: budgetCurrency }
  return { id, name, status: CAMPAIGN_STATUSES.find((known) => known === status) ?? null, budget, channel: channel ?? null, partnerId: partnerId ?? null }
}

export function adGroupRow({ id, name, campaignId }: AdGroup): AdGroupRow {
  return { id, name, campaignId: campaignId ?? null }
}
