import { randomBytes, randomUUID } from 'node:crypto'
import { withTenant } from '#db/pool.ts'
import type { TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { signAccessToken } from '#ops/security/accessToken.ts'
import { ROLES, type Role } from '#ops/security/permissions.ts'
import type { IsoAccount, IsoKeyName, IsoTenant } from './isoTenant.ts'
import type { IsoTenants } from './isoWorld.ts'
import type { Witness } from './oracle.ts'

export type Viewer = Witness & { readonly account: IsoAccount | null; readonly key: IsoKeyName | null }

type Place = { readonly pools: TestPools; readonly now: Date }
const SESSION_MS = 86_400_000

/** A session of its own, as a login makes it, and its access token; hashing a password each time would take most of the suite's. */
export async function signIn({ pools, now }: Place, { account, tenant }: { readonly account: IsoAccount; readonly tenant: IsoTenant }): Promise<string> {
  const sessionId = randomUUID()
  const ends = new Date(now.getTime() + SESSION_MS)
  await pools.auth.query(
    `INSERT INTO sessions (id, account_id, tenant_id, refresh_hash, user_agent, address, expires_at, absolute_expires_at) VALUES ($1, $2, $3, $4, $5, '192.0.2.1', $6, $6)`,
    [sessionId, account.accountId, tenant.tenantId, randomBytes(32), `${tenant.mark} browser`, ends],
  )
  if (account.role !== 'user' || tenant.own.account.includes(account.accountId)) tenant.own.session.push(sessionId)
  if (tenant.own.session.length > 20) tenant.own.session.splice(0, 1)
  const claims = { accountId: account.accountId, sessionId, tenantId: tenant.tenantId, tenantSlug: tenant.slug, role: account.role }
  return signAccessToken({ claims, privateKey: readConfig.auth().accessPrivateKey, now })
}

const KEYS: readonly IsoKeyName[] = ['api', 'partner', 'masked', 'server', 'sdk']

/** Every role and kind of key of every tenant, the member of two tenants in each of them, and nobody. */
export function viewersOf({ tenants, shared }: IsoTenants): readonly Viewer[] {
  const own = tenants.flatMap((tenant): Viewer[] => [
    ...tenant.accounts.map((account) => ({ who: `the ${account.role}`, tenant, knows: [], account, key: null })),
    ...KEYS.map((key) => ({ who: `the ${key} key`, tenant, knows: [], account: null, key })),
  ])
  const both =
    shared === null
      ? []
      : tenants.slice(0, 2).map((tenant): Viewer => ({ who: 'a member of two tenants', tenant, knows: tenants.slice(0, 2), account: shared, key: null }))
  return [...own, ...both, { who: 'nobody', tenant: null, knows: [], account: null, key: null }]
}

/** The credential of this moment. */
export async function bearerOf(place: Place, { account, key, tenant }: Viewer): Promise<string | undefined> {
  if (tenant === null) return undefined
  if (key !== null) return tenant.keys[key].text
  if (account === null) throw new Error('A viewer is an account, a key or nobody.')
  return signIn(place, { account, tenant })
}

/** Gives keys and members back what a run took from them. */
export async function revive(pools: TestPools, { tenants, shared }: IsoTenants): Promise<void> {
  for (const tenant of tenants) {
    await withTenant(pools.app, tenant.tenantId, async (client) => {
      const ids = Object.values(tenant.keys).map(({ keyId }) => keyId)
      await client.query('UPDATE keys SET revoked_at = NULL, expires_at = NULL WHERE tenant_id = $1 AND id = ANY ($2)', [tenant.tenantId, ids])
      for (const { accountId, role } of tenant.accounts) await setRole({ client, tenant }, accountId, role)
      if (shared !== null && tenant.index < 2) await setRole({ client, tenant }, shared.accountId, tenant.index === 0 ? 'user' : 'viewer')
    })
  }
}

type Within = { readonly client: { query: (text: string, values: unknown[]) => Promise<unknown> }; readonly tenant: IsoTenant }

const setRole = ({ client, tenant }: Within, accountId: string, role: Role): Promise<unknown> =>
  client.query(
    'INSERT INTO memberships (tenant_id, account_id, role) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, account_id) DO UPDATE SET role = excluded.role',
    [tenant.tenantId, accountId, role],
  )

/** Changes the role of a member, or ends the membership with null. */
export async function changeRole(
  pools: TestPools,
  tenant: IsoTenant,
  { accountId, role }: { readonly accountId: string; readonly role: Role | null },
): Promise<void> {
  await withTenant(pools.app, tenant.tenantId, async (client) => {
    if (role === null) await client.query('DELETE FROM memberships WHERE tenant_id = $1 AND account_id = $2', [tenant.tenantId, accountId])
    else await setRole({ client, tenant }, accountId, role)
  })
}

export const ANY_ROLE: readonly (Role | null)[] = [...ROLES, null]
