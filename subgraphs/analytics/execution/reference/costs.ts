import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { bucketOf, type Bucket } from './calendar.ts'
import { toMicros } from './decimals.ts'
import { groupBy } from './groups.ts'
import type { Dimension, Filter, GroupBy, RangeInput } from './question.ts'

/** A row of costs with the part of it that counts, in millionths: 0 when another source or a newer statement counts in its place. */
export type Cost = { readonly row: StoredCost; readonly micros: bigint }

/** A row with the given parts; the rest is absent. */
export function storedCost(parts: Pick<StoredCost, 'tenant_id' | 'day' | 'cost'> & Partial<StoredCost>): StoredCost {
  return {
    app_id: '00000000-0000-4000-8000-000000000001',
    platform: '',
    country: '',
    channel: '',
    partner_id: '',
    campaign_id: '',
    ad_group_id: '',
    source: 'api',
    original_amount: parts.cost,
    original_currency: 'USD',
    recorded_at: '2026-01-01 00:00:00.000',
    ...parts,
  }
}

const BEST_FIRST = ['api', 'import', 'link'] as const

/**
 * The tenant's costs. Of each day, app, channel, partner and campaign only the rows of the best source that states any count, and of those that
 * are of the same platform, country and ad group only the newest; of two as new the dearer one.
 */
export function costsOf(costs: readonly StoredCost[], tenantId: string): readonly Cost[] {
  const own = costs.filter((row) => row.tenant_id === tenantId)
  const chosen = new Set<StoredCost>()
  for (const stated of groupBy(own, (row) => JSON.stringify([row.day, row.app_id, row.channel, row.partner_id, row.campaign_id])).values()) {
    const best = BEST_FIRST.find((source) => stated.some((row) => row.source === source))
    const ofBest = stated.filter((row) => row.source === best)
    for (const same of groupBy(ofBest, (row) => JSON.stringify([row.platform, row.country, row.ad_group_id])).values()) {
      const [newest] = same.toSorted((a, b) => b.recorded_at.localeCompare(a.recorded_at) || (toMicros(b.cost) > toMicros(a.cost) ? 1 : -1))
      if (newest !== undefined) chosen.add(newest)
    }
  }
  return own.map((row) => ({ row, micros: chosen.has(row) ? toMicros(row.cost) : 0n }))
}

export const costOf = (costs: readonly Cost[]): bigint => costs.reduce((sum, { micros }) => sum + micros, 0n)

/** What costs can be grouped and filtered by: their column. */
export const COST_DIMENSIONS: { readonly [Name in Dimension]?: keyof StoredCost } = {
  APP: 'app_id',
  PLATFORM: 'platform',
  COUNTRY: 'country',
  CHANNEL: 'channel',
  PARTNER: 'partner_id',
  CAMPAIGN: 'campaign_id',
  AD_GROUP: 'ad_group_id',
}

type Question = { readonly range: RangeInput; readonly timeZone: string; readonly groupBy: readonly GroupBy[]; readonly where?: Filter | null }

/** Whether costs have all that the question groups and filters by, over whole local days. */
export function allowsCosts(question: Question, range: Bucket): boolean {
  const isGrouped = question.groupBy.every((by) => ('time' in by ? by.time !== 'HOUR' : 'dimension' in by && by.dimension in COST_DIMENSIONS))
  return isGrouped && isOfCosts(question.where) && !question.range.includeCurrent && isWholeDays(range, question.timeZone)
}

const isWholeDays = ({ start, end }: Bucket, timeZone: string): boolean => [start, end].every((instant) => bucketOf(instant, 'DAY', timeZone).start === instant)

/** Every mention counts, whatever it asks. */
function isOfCosts(filter: Filter | null | undefined): boolean {
  if (!filter) return true
  const below = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])]
  return !filter.event && !filter.appVersion && !filter.creative && !filter.property && !filter.segment && below.every(isOfCosts)
}
