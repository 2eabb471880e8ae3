import { changedFields } from '#db/audit/auditor.ts'
import { ExchangeRate } from '#db/entities/tenant/ExchangeRate.ts'
import { Tenant } from '#db/entities/tenant/Tenant.ts'
import type { Pool } from '#db/pool.ts'
import { hasEvents } from '#db/usage/hasEvents.ts'
import { failure } from '#ops/service/errors.ts'
import type { Acting } from './acting.ts'
import type { RateRow, TenantRow } from './rows.ts'

export type TenantStore = ReturnType<typeof createTenantStore>

/** The viewer's tenant and its rates. Whose they are comes from the identity alone. */
export function createTenantStore(acting: Acting, dataPool: Pool) {
  const { tenantId } = acting.identity

  return {
    async tenants(ids: readonly string[]): Promise<readonly TenantRow[]> {
      if (tenantId === null || !ids.includes(tenantId)) return []
      const tenant = await acting.inOwn((em) => em.findOne(Tenant, { id: tenantId }))
      return tenant === null ? [] : [tenantRow(tenant)]
    },

    /** Changes what is given. Throws CONFLICT for another reporting currency once there are events: they were converted into the old one. */
    updateTenant: (changes: Partial<Pick<Tenant, 'name' | 'reportingCurrency'>>): Promise<TenantRow> =>
      acting.inOwn(async (em) => {
        const id = acting.tenantId()
        const tenant = await em.findOneOrFail(Tenant, { id })
        const change = changedFields({ name: tenant.name, reportingCurrency: tenant.reportingCurrency }, changes)
        if (change === null) return tenantRow(tenant)
        if (change.after['reportingCurrency'] !== undefined) {
          if (await hasEvents(dataPool, id)) throw failure('CONFLICT', { message: CURRENCY_IS_FIXED })
          // They say what one unit is worth in the old one.
          await em.nativeDelete(ExchangeRate, {})
        }
        em.assign(tenant, changes)
        await acting.record(em, id, { action: 'tenant.updated', target: `tenant:${id}`, ...change })
        return tenantRow(tenant)
      }),

    async setRates(rates: readonly RateRow[]): Promise<void> {
      const tenant = acting.tenantId()
      await acting.inOwn(async (em) => {
        await em.upsertMany(
          ExchangeRate,
          rates.map((rate) => ({ ...rate, tenantId: tenant })),
        )
        const after = { rates: rates.slice(0, MAX_AUDITED_RATES).map(({ currency, day, rate }) => `${currency} ${day} ${rate}`), count: rates.length }
        await acting.record(em, tenant, { action: 'exchange_rates.set', target: `tenant:${tenant}`, before: null, after })
      })
    },
  }
}

/** One record holds this many; the count is always whole. */
const MAX_AUDITED_RATES = 100
const CURRENCY_IS_FIXED =
  'The reporting currency cannot be changed any more: there are events, and their amounts were converted into it when they were written.'

const tenantRow = ({ id, slug, name, reportingCurrency, plan }: Tenant): TenantRow => ({ id, slug, name, reportingCurrency, plan })
