import type { Auditor } from '#db/audit/auditor.ts'
import { AdGroup } from '#db/entities/campaign/AdGroup.ts'
import { Campaign } from '#db/entities/campaign/Campaign.ts'
import { Creative } from '#db/entities/campaign/Creative.ts'
import { Partner } from '#db/entities/campaign/Partner.ts'
import { inTenant, type MikroORM } from '#db/tenantScope.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { FilterDimension } from '#ops/security/permissions.ts'
import { adGroupRow, campaignRow, type AdGroupRow, type CampaignRow, type CreativeRow, type PartnerRow } from './rows.ts'
import { createCampaignSaves, type CampaignSaves } from './saves.ts'

/** The campaigns of one viewer: of their tenant, and of their row filters where a key has some. */
export type CampaignStore = CampaignSaves & {
  readonly campaigns: (ids: readonly string[]) => Promise<readonly CampaignRow[]>
  readonly adGroups: (ids: readonly string[]) => Promise<readonly AdGroupRow[]>
  readonly creatives: (ids: readonly string[]) => Promise<readonly CreativeRow[]>
  readonly partners: (ids: readonly string[]) => Promise<readonly PartnerRow[]>
  /** By name, at most `first`. */
  readonly listCampaigns: (first: number) => Promise<readonly CampaignRow[]>
}

type StoreOptions = { readonly orm: MikroORM; readonly identity: Identity; readonly audit: Auditor }

/** Whose rows they are comes from the identity alone; without a tenant or the scope there are none, and nothing is asked. */
export function createCampaignStore({ orm, identity, audit }: StoreOptions): CampaignStore {
  const { tenantId } = identity
  const mayRead = tenantId !== null && identity.scopes.includes('campaigns:read')
  // wall: campaign-filters
  const visible = campaignCondition(identity)

  async function read<Row>(ids: readonly string[], find: (tenant: string) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return mayRead && ids.length > 0 ? find(tenantId) : []
  }
  return {
    campaigns: (ids) =>
      read(ids, async (tenant) => (await inTenant(orm, tenant, (em) => em.find(Campaign, { $and: [{ id: { $in: [...ids] } }, visible] }))).map(campaignRow)),
    adGroups: (ids) =>
      read(ids, (tenant) =>
        inTenant(orm, tenant, async (em) => {
          const groups = await em.find(AdGroup, { id: { $in: [...ids] } })
          // What a filtered key may see of a group follows from the group's campaign.
          // wall: group-filters
          if (identity.filters.length === 0) return groups.map(adGroupRow)
          const campaignIds = groups.flatMap(({ campaignId }) => (campaignId === null || campaignId === undefined ? [] : [campaignId]))
          const seen = new Set((await em.find(Campaign, { $and: [{ id: { $in: campaignIds } }, visible] })).map(({ id }) => id))
          return groups.filter(({ campaignId }) => campaignId !== null && campaignId !== undefined && seen.has(campaignId)).map(adGroupRow)
        }),
      ),
    creatives: async (ids) => {
      // A creative belongs to no campaign, so nothing says that a key with filters on campaigns may read its name.
      // wall: creative-filters
      if (identity.filters.some(({ dimension }) => dimension === 'partner' || dimension === 'campaign' || dimension === 'channel')) return []
      return read(ids, async (tenant) =>
        (await inTenant(orm, tenant, (em) => em.find(Creative, { id: { $in: [...ids] } }))).map(({ id, name }) => ({ id, name })),
      )
    },
    partners: (ids) => {
      // wall: partner-filters
      const allowed = ids.filter((id) => allows(identity, { dimension: 'partner', value: id }))
      return read(allowed, async (tenant) =>
        (await inTenant(orm, tenant, (em) => em.find(Partner, { id: { $in: allowed } }))).map(({ id, name }) => ({ id, name })),
      )
    },
    listCampaigns: async (first) => {
      if (!mayRead) return []
      return (await inTenant(orm, tenantId, (em) => em.find(Campaign, visible, { orderBy: { name: 'asc', id: 'asc' }, limit: first }))).map(campaignRow)
    },
    ...createCampaignSaves({ orm, identity, audit }),
  }
}

/** The values that every filter of a dimension allows; null when the key has none on it. */
function valuesOf(identity: Identity, dimension: FilterDimension): readonly string[] | null {
  const filters = identity.filters.filter((filter) => filter.dimension === dimension)
  const [first, ...others] = filters
  if (first === undefined) return null
  return first.in.filter((value) => others.every((filter) => filter.in.includes(value)))
}

function allows(identity: Identity, { dimension, value }: { readonly dimension: FilterDimension; readonly value: string }): boolean {
  return valuesOf(identity, dimension)?.includes(value) ?? true
}

/** The row filters as a condition on campaigns. Filters on what a campaign has not (app, country, platform) do not narrow it. */
function campaignCondition(identity: Identity) {
  const partners = valuesOf(identity, 'partner')
  const campaigns = valuesOf(identity, 'campaign')
  const channels = valuesOf(identity, 'channel')
  return {
    ...(partners === null ? {} : { partnerId: { $in: [...partners] } }),
    ...(campaigns === null ? {} : { id: { $in: [...campaigns] } }),
    ...(channels === null ? {} : { channel: { $in: [...channels] } }),
  }
}
