import { LockMode } from '@mikro-orm/core'
import { changedFields, type Auditor } from '#db/audit/auditor.ts'
import { AdGroup } from '#db/entities/campaign/AdGroup.ts'
import { Campaign } from '#db/entities/campaign/Campaign.ts'
import { Creative } from '#db/entities/campaign/Creative.ts'
import { Partner } from '#db/entities/campaign/Partner.ts'
import { inTenant, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { FilterDimension } from '#ops/security/permissions.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { CAMPAIGN_STATUSES, type AdGroupRow, type CampaignRow, type CreativeRow, type PartnerRow } from './rows.ts'

/** The campaigns of one viewer: of their tenant, and of their row filters where a key has some. */
export type CampaignStore = {
  readonly campaigns: (ids: readonly string[]) => Promise<readonly CampaignRow[]>
  readonly adGroups: (ids: readonly string[]) => Promise<readonly AdGroupRow[]>
  readonly creatives: (ids: readonly string[]) => Promise<readonly CreativeRow[]>
  readonly partners: (ids: readonly string[]) => Promise<readonly PartnerRow[]>
  /** By name, at most `first`. */
  readonly listCampaigns: (first: number) => Promise<readonly CampaignRow[]>
  /** Each makes the thing or replaces it whole. */
  readonly saveCampaign: (row: CampaignRow & { readonly name: string }) => Promise<void>
  readonly saveAdGroup: (row: AdGroupRow & { readonly name: string }) => Promise<void>
  readonly saveCreative: (row: CreativeRow & { readonly name: string }) => Promise<void>
  readonly savePartner: (row: PartnerRow & { readonly name: string }) => Promise<void>
}

type StoreOptions = { readonly orm: MikroORM; readonly identity: Identity; readonly audit: Auditor }

/** Whose rows they are comes from the identity alone; without a tenant or the scope there are none, and nothing is asked. */
export function createCampaignStore({ orm, identity, audit }: StoreOptions): CampaignStore {
  const { tenantId } = identity
  const mayRead = tenantId !== null && identity.scopes.includes('campaigns:read')
  const visible = campaignCondition(identity)

  async function read<Row>(ids: readonly string[], find: (tenant: string) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return mayRead && ids.length > 0 ? find(tenantId) : []
  }
  async function save<Row extends { readonly id: string }>({ what, actions: [created, updated], row, find, put }: Saving<Row>): Promise<void> {
    if (tenantId === null) throw new Error('A write without a tenant came past its needs.')
    await inTenant(orm, tenantId, async (em) => {
      const before = await find(em)
      // What was read is not written back, and MikroORM reads an absent decimal as the text "null".
      em.clear()
      await put(em)
      em.clear()
      const change = before === null ? { before: null, after: row } : changedFields(before, row)
      if (change !== null) await audit(em, { action: before === null ? created : updated, target: `${what}:${row.id}`, ...change })
    })
  }

  return {
    campaigns: (ids) =>
      read(ids, async (tenant) => (await inTenant(orm, tenant, (em) => em.find(Campaign, { $and: [{ id: { $in: [...ids] } }, visible] }))).map(campaignRow)),
    adGroups: (ids) =>
      read(ids, (tenant) =>
        inTenant(orm, tenant, async (em) => {
          const groups = await em.find(AdGroup, { id: { $in: [...ids] } })
          if (identity.filters.length === 0) return groups.map(adGroupRow)
          // What a filtered key may see of a group follows from the group's campaign.
          const campaignIds = groups.flatMap(({ campaignId }) => (campaignId === null || campaignId === undefined ? [] : [campaignId]))
          const seen = new Set((await em.find(Campaign, { $and: [{ id: { $in: campaignIds } }, visible] })).map(({ id }) => id))
          return groups.filter(({ campaignId }) => campaignId !== null && campaignId !== undefined && seen.has(campaignId)).map(adGroupRow)
        }),
      ),
    creatives: async (ids) => {
      // A creative belongs to no campaign, so nothing says that a key with filters on campaigns may read its name.
      if (identity.filters.some(({ dimension }) => dimension === 'partner' || dimension === 'campaign' || dimension === 'channel')) return []
      return read(ids, async (tenant) =>
        (await inTenant(orm, tenant, (em) => em.find(Creative, { id: { $in: [...ids] } }))).map(({ id, name }) => ({ id, name })),
      )
    },
    partners: (ids) => {
      const allowed = ids.filter((id) => allows(identity, { dimension: 'partner', value: id }))
      return read(allowed, async (tenant) =>
        (await inTenant(orm, tenant, (em) => em.find(Partner, { id: { $in: allowed } }))).map(({ id, name }) => ({ id, name })),
      )
    },
    listCampaigns: async (first) => {
      if (!mayRead) return []
      return (await inTenant(orm, tenantId, (em) => em.find(Campaign, visible, { orderBy: { name: 'asc', id: 'asc' }, limit: first }))).map(campaignRow)
    },
    saveCampaign: (row) => {
      const { budget, ...rest } = row
      const status = row.status ?? 'ACTIVE'
      const data = { ...rest, status, tenantId: tenantOf(identity), budgetAmount: budget?.amount ?? null, budgetCurrency: budget?.currency ?? null }
      return save({
        what: 'campaign',
        actions: ['campaign.created', 'campaign.updated'],
        row: { ...row, status, budget: budget === null ? null : { ...budget, amount: trimDecimal(budget.amount) } },
        find: async (em) => nullOr(await em.findOne(Campaign, { id: row.id }, HELD), campaignRow),
        put: (em) => em.upsert(Campaign, data, { onConflictExcludeFields: ['createdAt'] }),
      })
    },
    saveAdGroup: (row) =>
      save({
        what: 'ad_group',
        actions: ['ad_group.created', 'ad_group.updated'],
        row,
        find: async (em) => nullOr(await em.findOne(AdGroup, { id: row.id }, HELD), adGroupRow),
        put: (em) => em.upsert(AdGroup, { ...row, tenantId: tenantOf(identity) }),
      }),
    saveCreative: (row) =>
      save({
        what: 'creative',
        actions: ['creative.created', 'creative.updated'],
        row,
        find: async (em) => nullOr(await em.findOne(Creative, { id: row.id }, HELD), ({ id, name }) => ({ id, name })),
        put: (em) => em.upsert(Creative, { ...row, tenantId: tenantOf(identity) }),
      }),
    savePartner: (row) =>
      save({
        what: 'partner',
        actions: ['partner.created', 'partner.updated'],
        row,
        find: async (em) => nullOr(await em.findOne(Partner, { id: row.id }, HELD), ({ id, name }) => ({ id, name })),
        put: (em) => em.upsert(Partner, { ...row, tenantId: tenantOf(identity) }),
      }),
  }
}

type Saving<Row> = {
  /** As the audit log names it. */
  readonly what: 'campaign' | 'ad_group' | 'creative' | 'partner'
  /** When it was not there before, and when it was. */
  readonly actions: readonly [string, string]
  readonly row: Row
  readonly find: (em: EntityManager) => Promise<Row | null>
  readonly put: (em: EntityManager) => Promise<unknown>
}

/** What is said to have been there before stays so until it is replaced. */
const HELD = { lockMode: LockMode.PESSIMISTIC_WRITE } as const

const nullOr = <Found, Row>(found: Found | null, read: (found: Found) => Row): Row | null => (found === null ? null : read(found))

function tenantOf({ tenantId }: Identity): string {
  if (tenantId === null) throw new Error('A write without a tenant came past its needs.')
  return tenantId
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

function campaignRow({ id, name, status, budgetAmount, budgetCurrency, channel, partnerId }: Campaign): CampaignRow {
  const budget = isAbsent(budgetAmount) || isAbsent(budgetCurrency) ? null : { amount: trimDecimal(budgetAmount), currency: budgetCurrency }
  return { id, name, status: CAMPAIGN_STATUSES.find((known) => known === status) ?? null, budget, channel: channel ?? null, partnerId: partnerId ?? null }
}

function adGroupRow({ id, name, campaignId }: AdGroup): AdGroupRow {
  return { id, name, campaignId: campaignId ?? null }
}
