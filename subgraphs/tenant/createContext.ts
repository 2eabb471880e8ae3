import DataLoader from 'dataloader'
import { verifyKey } from '#db/access/verifyKey.ts'
import { createAuditor } from '#db/audit/auditor.ts'
import type { Vault } from '#db/crypto/vault.ts'
import type { Pool } from '#db/pool.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import { createAuditReader } from './auditReader.ts'
import type { TenantContext } from './builder.ts'
import { createPersonalDataStore } from './personalDataStore.ts'
import type { AppRow, TenantRow } from './rows.ts'
import { createTenantStore } from './store.ts'

export type TenantContextOptions = {
  readonly orm: MikroORM
  readonly pool: Pool
  readonly keyPepper: string
  readonly vault: Vault
  readonly cursorKey: string
  readonly now?: () => Date
}

/** Makes each request's own store and loaders, bound to who asks. */
export function tenantContext(options: TenantContextOptions): (base: ServiceContext, http: Pick<HttpExchange, 'clientAddress'>) => TenantContext {
  const { orm, pool, keyPepper, vault, cursorKey, now = () => new Date() } = options
  const audit = createAuditReader({ pool, vault, cursorKey })
  return (base, { clientAddress }) => {
    const auditor = createAuditor({ identity: base.identity, requestId: base.requestId, address: clientAddress, now })
    const store = createTenantStore({ orm, pool, keyPepper, identity: base.identity, now, audit: auditor })
    const personalData = createPersonalDataStore({ pool, vault, audit: auditor })
    const app = loaderOf<AppRow>({
      find: (ids) => store.apps(ids),
      stub: (id) => ({ id, name: null, platform: null, timeZone: null, currency: null, conversionEvents: null }),
    })
    const tenant = loaderOf<TenantRow>({ find: (ids) => store.tenants(ids), stub: (id) => ({ id, slug: null, name: null, reportingCurrency: null }) })
    return { ...base, store, audit, personalData, now, loaders: { app, tenant }, verifyKey: (text) => verifyKey(pool, keyPepper, text) }
  }
}

type LoaderOptions<Row> = { readonly find: (ids: readonly string[]) => Promise<readonly Row[]>; readonly stub: (id: string) => Row }

function loaderOf<Row extends { readonly id: string }>({ find, stub }: LoaderOptions<Row>): DataLoader<string, Row> {
  return new DataLoader<string, Row>(async (ids) => {
    const byId = new Map((await find(ids)).map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? stub(id))
  })
}
