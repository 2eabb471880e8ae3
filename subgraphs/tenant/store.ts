import { randomUUID } from 'node:crypto'
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import type { Auditor } from '#db/audit/auditor.ts'
import { App } from '#db/entities/tenant/App.ts'
import { ExchangeRate } from '#db/entities/tenant/ExchangeRate.ts'
import { Key } from '#db/entities/tenant/Key.ts'
import { Tenant } from '#db/entities/tenant/Tenant.ts'
import { createKey, type NewKey } from '#db/provision/createKey.ts'
import type { Pool } from '#db/pool.ts'
import { inTenant, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { AppRow, KeyRow, NewAppRow, RateRow, TenantRow } from './rows.ts'

export type TenantStoreOptions = {
  readonly orm: MikroORM
  readonly pool: Pool
  readonly keyPepper: string
  readonly identity: Identity
  readonly now: () => Date
  readonly audit: Auditor
}
export type TenantStore = ReturnType<typeof createTenantStore>

/** The viewer's tenant, its apps, keys and rates. Whose they are comes from the identity alone. */
export function createTenantStore({ orm, pool, keyPepper, identity, now, audit }: TenantStoreOptions) {
  const { tenantId } = identity
  const scoped = <Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> => inTenant(orm, requireTenant(identity), work)
  const appFilters = identity.filters.filter(({ dimension }) => dimension === 'app')
  const maySeeApp = (id: string): boolean => appFilters.every((filter) => filter.in.includes(id))

  return {
    async tenants(ids: readonly string[]): Promise<readonly TenantRow[]> {
      if (tenantId === null || !ids.includes(tenantId)) return []
      const tenant = await scoped((em) => em.findOne(Tenant, { id: tenantId }))
      return tenant === null ? [] : [{ id: tenant.id, slug: tenant.slug, name: tenant.name, reportingCurrency: tenant.reportingCurrency }]
    },

    async apps(ids: readonly string[]): Promise<readonly AppRow[]> {
      const wanted = ids.filter((id) => isUuid(id) && maySeeApp(id))
      if (tenantId === null || wanted.length === 0) return []
      return (await scoped((em) => em.find(App, { id: { $in: wanted } }))).map(appRow)
    },

    async listApps(first: number): Promise<readonly AppRow[]> {
      const visible = { $and: appFilters.map((filter) => ({ id: { $in: filter.in.filter(isUuid) } })) }
      return (await scoped((em) => em.find(App, appFilters.length === 0 ? {} : visible, { orderBy: { name: 'asc' }, limit: first }))).map(appRow)
    },

    async createApp(row: NewAppRow): Promise<AppRow> {
      const tenant = requireTenant(identity)
      const { conversionEvents, ...rest } = row
      const app = {
        ...rest,
        tenantId: tenant,
        id: randomUUID(),
        createdAt: now(),
        ...(conversionEvents === null ? {} : { conversionEvents: [...conversionEvents] }),
      }
      await scoped((em) => em.insert(App, app)).catch((error: unknown) => {
        if (error instanceof UniqueConstraintViolationException) throw failure('CONFLICT', { message: `There is an app "${row.name}" already.` })
        throw error
      })
      const [created] = await this.apps([app.id])
      if (created === undefined) throw new Error('An app that was just made is not there.')
      return created
    },

    async listKeys(first: number): Promise<readonly KeyRow[]> {
      return (await scoped((em) => em.find(Key, {}, { orderBy: { createdAt: 'desc', id: 'asc' }, limit: first }))).map(keyRow)
    },

    /** Makes a key and answers its text, which cannot be had again. */
    async createKey(key: Omit<NewKey, 'tenantId'>): Promise<{ readonly text: string; readonly row: KeyRow }> {
      const created = await createKey({ app: pool }, { ...key, tenantId: requireTenant(identity), pepper: keyPepper })
      const row = await scoped((em) => em.findOneOrFail(Key, { id: created.keyId }))
      return { text: created.key, row: keyRow(row) }
    },

    /** Null when the tenant has no such key. A key that was revoked before keeps its time. */
    async revokeKey(id: string): Promise<KeyRow | null> {
      if (!isUuid(id)) return null
      return scoped(async (em) => {
        const key = await em.findOne(Key, { id })
        if (key === null) return null
        key.revokedAt ??= now()
        return keyRow(key)
      })
    },

    async setRates(rates: readonly RateRow[]): Promise<void> {
      const tenant = requireTenant(identity)
      await scoped(async (em) => {
        await em.upsertMany(
          ExchangeRate,
          rates.map((rate) => ({ ...rate, tenantId: tenant })),
        )
        // Thousands may be set at once: the log says of which currencies and days they are, and the table holds each.
        const days = rates.map(({ day }) => day).toSorted()
        const currencies = [...new Set(rates.map(({ currency }) => currency))].toSorted()
        const after = { rates: rates.length, currencies, firstDay: days[0] ?? null, lastDay: days.at(-1) ?? null }
        await audit(em, { action: 'exchange_rates.set', target: `tenant:${tenant}`, before: null, after })
      })
    },
  }
}

function appRow({ id, name, platform, timeZone, currency, conversionEvents }: App): AppRow {
  return { id, name, platform: platform ?? null, timeZone, currency, conversionEvents }
}

function keyRow(key: Key): KeyRow {
  return {
    id: key.id,
    kind: key.kind,
    ingestKind: key.ingestKind ?? null,
    name: key.name,
    scopes: key.scopes,
    filters: key.filters,
    masks: key.masks,
    appId: key.appId ?? null,
    maxRevenue: isAbsent(key.maxRevenue) ? null : trimDecimal(key.maxRevenue),
    createdAt: key.createdAt,
    expiresAt: key.expiresAt ?? null,
    revokedAt: key.revokedAt ?? null,
    lastUsedAt: key.lastUsedAt ?? null,
  }
}
