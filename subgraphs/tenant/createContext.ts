import DataLoader from 'dataloader'
import { verifyKey } from '#db/access/verifyKey.ts'
import { createAuditor } from '#db/audit/auditor.ts'
import type { Vault } from '#db/crypto/vault.ts'
import { createAddressBook } from '#db/members/addressBook.ts'
import type { Pool } from '#db/pool.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import type { Tenancy } from '#ops/config.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import { createActing } from './acting.ts'
import { createAppStore } from './appStore.ts'
import { createExportRecorder } from './auditExport.ts'
import { createAuditReader } from './auditReader.ts'
import type { TenantContext } from './builder.ts'
import { createInvitationDoor } from './invitationDoor.ts'
import { createInvitationStore } from './invitationStore.ts'
import { createKeyStore } from './keyStore.ts'
import { createMemberStore } from './memberStore.ts'
import { createPersonalDataStore } from './personalDataStore.ts'
import { createProvisioningStore } from './provisioningStore.ts'
import type { AppRow, TenantRow } from './rows.ts'
import { createTenantStore } from './store.ts'
import { createUsageStore } from './usageStore.ts'

export type TenantContextOptions = {
  readonly orm: MikroORM
  readonly pool: Pool
  /** Follows a tenant to where its events are. */
  readonly dataPool: Pool
  readonly keyPepper: string
  /** Seals the mails that carry invitations. */
  readonly mailKey: string
  readonly vault: Vault
  readonly cursorKey: string
  readonly tenancy: Tenancy
  readonly now?: () => Date
}

/** Makes each request's own stores and loaders, bound to who asks. */
export function tenantContext(options: TenantContextOptions): (base: ServiceContext, http: Pick<HttpExchange, 'clientAddress'>) => TenantContext {
  const { orm, pool, dataPool, keyPepper, mailKey, vault, cursorKey, tenancy, now = () => new Date() } = options
  const addresses = createAddressBook({ pool, vault })
  const audit = createAuditReader({ pool, vault, cursorKey })
  return (base, { clientAddress }) => {
    const occasion = { identity: base.identity, requestId: base.requestId, address: clientAddress, now }
    const acting = createActing({ ...occasion, orm })
    const store = createTenantStore(acting, dataPool)
    const apps = createAppStore(acting)
    const app = loaderOf<AppRow>({ find: (ids) => apps.find(ids), stub: (id) => ({ ...NO_APP, id }) })
    const tenant = loaderOf<TenantRow>({
      find: (ids) => store.tenants(ids),
      stub: (id) => ({ id, slug: null, name: null, reportingCurrency: null, plan: null }),
    })
    return {
      ...base,
      store,
      apps,
      audit,
      recordExport: createExportRecorder({ pool, audit: createAuditor(occasion) }),
      keys: createKeyStore({ acting, keyPepper }),
      members: createMemberStore(acting),
      invitations: createInvitationStore({ acting, addresses, mailKey }),
      door: createInvitationDoor({ acting, addresses }),
      usage: createUsageStore(acting, dataPool),
      personalData: createPersonalDataStore({ pool, vault, audit: createAuditor(occasion) }),
      provisionings: createProvisioningStore({ ...base, pool, keyPepper, tenancy, clientAddress }),
      now,
      loaders: { app, tenant },
      verifyKey: (text) => verifyKey(pool, keyPepper, text),
    }
  }
}

const NO_APP = {
  name: null,
  platform: null,
  bundleId: null,
  timeZone: null,
  currency: null,
  clickLookbackDays: null,
  viewLookbackDays: null,
  conversionEvents: null,
}

type LoaderOptions<Row> = { readonly find: (ids: readonly string[]) => Promise<readonly Row[]>; readonly stub: (id: string) => Row }

function loaderOf<Row extends { readonly id: string }>({ find, stub }: LoaderOptions<Row>): DataLoader<string, Row> {
  return new DataLoader<string, Row>(async (ids) => {
    const byId = new Map((await find(ids)).map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? stub(id))
  })
}
