import { Domain } from '#db/entities/auth/Domain.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'

export type DomainRow = { readonly domain: string; readonly tenantSlug: string }

const MAX_DOMAINS = 10_000

/** Lists the host names that lead to a tenant. */
export function createDomains(orm: MikroORM): () => Promise<readonly DomainRow[]> {
  return () => inGlobal(orm, (em) => em.find(Domain, {}, { orderBy: { domain: 'asc' }, limit: MAX_DOMAINS }))
}
