import type { EntityManager, MikroORM as PlainOrm } from '@mikro-orm/postgresql'
import { toldOfMove } from './moving/tenantMoving.ts'
import { isUuid } from './uuid.ts'

export type { EntityManager } from '@mikro-orm/postgresql'

/** Entities over the common database. With `route` they lead on to a tenant's own database where it has one. */
export type MikroORM = PlainOrm & { readonly route?: (tenantId: string) => Promise<PlainOrm>; readonly forget?: (tenantId: string) => void }

/**
 * Runs the work in one transaction about one tenant, with an entity manager of its own: every query on tenant entities carries the tenant
 * (first wall), and row-level security shows no other tenant's rows whatever the query says (second wall). The setting ends with the transaction.
 * It runs where the tenant's rows are. What is thrown rolls back.
 */
export async function inTenant<Result>(orm: MikroORM, tenantId: string, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  const place = orm.route === undefined || !isUuid(tenantId) ? orm : await orm.route(tenantId)
  const scope = { filter: 'tenant', parameter: 'tenantId', variable: 'app.tenant_id', id: tenantId }
  return inScope(place, scope, work).catch((error: unknown) => toldOfMove(error, () => orm.forget?.(tenantId)))
}

/**
 * The same about one account, across the tenants it is a member of: role umg_auth, entities OwnMembership and OwnTenant, and the global ones.
 */
export function inAccount<Result>(orm: MikroORM, accountId: string, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  return inScope(orm, { filter: 'account', parameter: 'accountId', variable: 'app.account_id', id: accountId }, work)
}

/** One transaction over global entities alone, such as finding an account by its address. Tenant entities throw in it. */
export function inGlobal<Result>(orm: MikroORM, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  return orm.em.fork().transactional(work)
}

type Scope = { readonly filter: string; readonly parameter: string; readonly variable: string; readonly id: string }

async function inScope<Result>(orm: PlainOrm, scope: Scope, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  const { filter, parameter, variable, id } = scope
  if (!isUuid(id)) throw new Error(`A scope of one ${filter} needs its UUID.`)
  const em = orm.em.fork()
  em.setFilterParams(filter, { [parameter]: id })
  em.setSessionContext({ variables: { [variable]: id } })
  return em.transactional(work)
}
