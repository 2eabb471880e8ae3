import { listTenants } from '../listTenants.ts'
import { withTenant, type Pool } from '../pool.ts'
import type { Vault } from './vault.ts'

export type Rewrapped = {
  /** Versions that were under the master key before. */
  readonly versions: number
  /** Tenants whose keys opened under neither master key, with the reason; the others are not held up by them. */
  readonly failed: readonly { readonly tenantId: string; readonly error: unknown }[]
}

/** Wraps every tenant's data keys under the current master key, one tenant at a time. */
export async function rewrapDataKeys({ worker, app, vault }: { readonly worker: Pool; readonly app: Pool; readonly vault: Vault }): Promise<Rewrapped> {
  const failed: { tenantId: string; error: unknown }[] = []
  let versions = 0
  for (const { id: tenantId } of await listTenants(worker)) {
    try {
      versions += await withTenant(app, tenantId, (client) => vault.rewrap(client, tenantId))
    } catch (error) {
      failed.push({ tenantId, error })
    }
  }
  return { versions, failed }
}
