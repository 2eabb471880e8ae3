import { z } from 'zod'
import type { Queryable } from '../pool.ts'
import type { Vault } from './vault.ts'

const FIND = { name: 'device-key-find', text: 'SELECT device_key AS kind FROM tenants WHERE id = $1::uuid' }
const LEAVE = "UPDATE tenants SET device_key = 'own' WHERE id = $1::uuid AND device_key = 'common'"
const rows = z.array(z.object({ kind: z.enum(['own', 'common']) }))

export type DeviceKeyOptions = {
  readonly tenantId: string
  readonly vault: Vault
  /** `config.deviceKey`, for tenants whose devices were known before each had a key of its own: under another key they would be strangers. */
  readonly commonKey: string
}

/** The secret under which the device ids of a tenant's new events are hashed and sealed. */
export async function findDeviceKey(client: Queryable, { tenantId, vault, commonKey }: DeviceKeyOptions): Promise<string> {
  const [tenant] = rows.parse((await client.query({ ...FIND, values: [tenantId] })).rows)
  return tenant?.kind === 'common' ? commonKey : vault.deviceKeyFor(client, tenantId)
}

/** From now on the tenant's device ids are under a key of its own, which can be destroyed. */
export async function leaveCommonDeviceKey(client: Queryable, tenantId: string): Promise<void> {
  await client.query(LEAVE, [tenantId])
}
