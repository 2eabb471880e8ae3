import type { Pool } from '#db/pool.ts'
import type { Provisioning } from '#db/provisioning/provisioning.ts'
import { MAX_REQUESTS_PER_DAY, readOwnProvisioning, requestTenant, type FirstKey } from '#db/provisioning/requestTenant.ts'
import type { Tenancy } from '#ops/config.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'

export type ProvisioningStoreOptions = {
  readonly pool: Pool
  readonly keyPepper: string
  readonly tenancy: Tenancy
  readonly identity: Identity
  readonly requestId: string
  readonly clientAddress: string | null
}
export type ProvisioningStore = ReturnType<typeof createProvisioningStore>

/** A provisioning as whoever asked for it sees it; the texts of the keys in the answer to the request alone. */
export type ProvisioningRow = Provisioning & { readonly keys: readonly FirstKey[] | null }
export type NewTenantRow = { readonly slug: string; readonly name: string; readonly reportingCurrency: string }

const SECONDS_PER_DAY = 86_400

/** Tenants that the viewer's account asks for. */
export function createProvisioningStore({ pool, keyPepper, tenancy, identity, requestId, clientAddress }: ProvisioningStoreOptions) {
  return {
    async request(tenant: NewTenantRow): Promise<ProvisioningRow> {
      const { onlyTenant } = tenancy
      if (onlyTenant !== null && tenant.slug !== onlyTenant)
        throw failure('CONFLICT', { message: `This installation is for one tenant, "${onlyTenant}". Another cannot be made.` })
      const asked = await requestTenant(pool, { ...tenant, accountId: accountOf(identity), pepper: keyPepper, address: clientAddress, requestId })
      if (asked.kind === 'slugTaken') throw failure('CONFLICT', { message: `There is a tenant "${tenant.slug}" already.` })
      if (asked.kind === 'tooMany')
        throw failure('RATE_LIMITED', { seconds: SECONDS_PER_DAY }, { retryAfterSeconds: SECONDS_PER_DAY, maxPerDay: MAX_REQUESTS_PER_DAY })
      return { ...asked.provisioning, keys: asked.keys }
    },

    async find(tenantId: string): Promise<ProvisioningRow | null> {
      const provisioning = await readOwnProvisioning(pool, { tenantId, accountId: accountOf(identity) })
      return provisioning && { ...provisioning, keys: null }
    },
  }
}

function accountOf({ kind, subjectId }: Identity): string {
  if (kind !== 'account' || subjectId === null) throw new Error('A field for accounts was reached without one.')
  return subjectId
}
