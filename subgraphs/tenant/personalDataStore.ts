import type { Auditor } from '#db/audit/auditor.ts'
import { leaveCommonDeviceKey } from '#db/crypto/deviceKey.ts'
import type { Vault } from '#db/crypto/vault.ts'
import { sealInvitations } from '#db/members/sealAddresses.ts'
import { executorOf } from '#db/outbox/append.ts'
import { withTenant, type Pool } from '#db/pool.ts'

/** The key under which a tenant's personal data is kept. */
export type PersonalDataStore = {
  /** Answers the new version. */
  readonly rotate: (tenantId: string) => Promise<number>
  readonly destroy: (tenantId: string) => Promise<void>
}

export function createPersonalDataStore({ pool, vault, audit }: { readonly pool: Pool; readonly vault: Vault; readonly audit: Auditor }): PersonalDataStore {
  return {
    rotate: (tenantId) =>
      withTenant(pool, tenantId, async (client) => {
        const version = await vault.rotate(client, tenantId)
        await sealInvitations(client, { tenantId, vault })
        await audit(executorOf(client), { action: 'data_key.rotated', target: `tenant:${tenantId}`, before: { version: version - 1 }, after: { version } })
        return version
      }),
    destroy: (tenantId) =>
      withTenant(pool, tenantId, async (client) => {
        // What is still plain goes with the rest.
        await sealInvitations(client, { tenantId, vault })
        await leaveCommonDeviceKey(client, tenantId)
        const versions = await vault.destroy(client, tenantId)
        await audit(executorOf(client), { action: 'personal_data.destroyed', target: `tenant:${tenantId}`, before: { dataKeys: versions }, after: null })
      }),
  }
}
