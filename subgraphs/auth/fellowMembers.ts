import DataLoader from 'dataloader'
import { Account } from '#db/entities/auth/Account.ts'
import { Membership } from '#db/entities/tenant/Membership.ts'
import { inTenant, type MikroORM } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { AccountRow } from './issuer.ts'

/** The account as a fellow member sees it; null when the viewer may not see members, or it is none of the viewer's tenant. */
export type FindFellow = (identity: Identity, accountId: string) => Promise<AccountRow | null>

/** Who is in the viewer's tenant, by name: for members with the scope members:read alone, and under row-level security as that tenant. */
export function createFellowMembers(orm: MikroORM): FindFellow {
  // An identity is one request's own, so what is loaded for it is forgotten with it.
  const loaders = new WeakMap<Identity, DataLoader<string, AccountRow | null>>()

  function loaderOf(identity: Identity, tenantId: string): DataLoader<string, AccountRow | null> {
    const known = loaders.get(identity)
    if (known !== undefined) return known
    const loader = new DataLoader<string, AccountRow | null>((ids) => findFellows(orm, tenantId, ids))
    loaders.set(identity, loader)
    return loader
  }

  return async (identity, accountId) => {
    const { kind, tenantId, scopes } = identity
    if (kind !== 'account' || tenantId === null || !scopes.includes('members:read') || !isUuid(accountId)) return null
    return loaderOf(identity, tenantId).load(accountId)
  }
}

async function findFellows(orm: MikroORM, tenantId: string, ids: readonly string[]): Promise<readonly (AccountRow | null)[]> {
  const found = await inTenant(orm, tenantId, async (em) => {
    const members = await em.find(Membership, { accountId: { $in: ids } }, { fields: ['accountId'] })
    return em.find(Account, { id: { $in: members.map(({ accountId }) => accountId) } }, { fields: ['id', 'email', 'name'] })
  })
  const byId = new Map(found.map(({ id, email, name }) => [id, { id, email, name, emailVerifiedAt: null, createdAt: null }]))
  return ids.map((id) => byId.get(id) ?? null)
}
