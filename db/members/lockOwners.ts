import { LockMode } from '@mikro-orm/core'
import { Membership } from '../entities/tenant/Membership.ts'
import type { EntityManager } from '../tenantScope.ts'

/**
 * The tenant's owners, locked until the transaction ends. Whoever may unmake one asks here first: two that would each leave the other as the last owner
 * come one after the other, and the second sees what the first did.
 */
export function lockOwners(em: EntityManager): Promise<Membership[]> {
  return em.find(Membership, { role: 'owner' }, { orderBy: { accountId: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE })
}
