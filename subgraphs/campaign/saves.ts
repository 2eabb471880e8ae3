import { LockMode } from '@mikro-orm/core'
import { changedFields, type Auditor } from '#db/audit/auditor.ts'
import { AdGroup } from '#db/entities/campaign/AdGroup.ts'
import { Campaign } from '#db/entities/campaign/Campaign.ts'
import { Creative } from '#db/entities/campaign/Creative.ts'
import { Partner } from '#db/entities/campaign/Partner.ts'
import { inTenant, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import type { Identity } from '#ops/security/identity.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { adGroupRow, campaignRow, type AdGroupRow, type CampaignRow, type CreativeRow, type PartnerRow } from './rows.ts'

/** Each makes the thing or replaces it whole, and tells the audit log what changed. */
export type CampaignSaves = {
  readonly saveCampaign: (row: CampaignRow & { readonly name: string }) => Promise<void>
  readonly saveAdGroup: (row: AdGroupRow & { readonly name: string }) => Promise<void>
  readonly saveCreative: (row: CreativeRow & { readonly name: string }) => Promise<void>
  readonly savePartner: (row: PartnerRow & { readonly name: string }) => Promise<void>
}

export type CampaignSavesOptions = { readonly orm: MikroORM; readonly identity: Identity; readonly audit: Auditor }

export function createCampaignSaves({ orm, identity, audit }: CampaignSavesOptions): CampaignSaves {
  async function save<Row extends { readonly id: string }>({ what, actions: [created, updated], row, find, put }: Saving<Row>): Promise<void> {
    await inTenant(orm, tenantOf(identity), async (em) => {
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
