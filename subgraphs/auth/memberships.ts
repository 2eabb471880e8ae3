import { OwnMembership } from '#db/entities/auth/OwnMembership.ts'
import { OwnTenant } from '#db/entities/auth/OwnTenant.ts'
import { inAccount, type MikroORM } from '#db/tenantScope.ts'
import type { Role } from '#ops/security/permissions.ts'

/** A membership with what a chooser shows of the tenant. */
export type MembershipRow = { readonly tenantId: string; readonly slug: string; readonly name: string; readonly role: Role }

/** Whose memberships; `onlyTenant` is the slug of the one tenant of an installation for one, null where there are many. */
export type MembershipsOf = { readonly accountId: string; readonly onlyTenant: string | null }

/** The tenants that the account is a member of, the oldest membership first; where there is one tenant, that one or none. */
export function readMemberships(orm: MikroORM, { accountId, onlyTenant }: MembershipsOf): Promise<readonly MembershipRow[]> {
  return inAccount(orm, accountId, async (em) => {
    const memberships = await em.find(OwnMembership, {}, { orderBy: { createdAt: 'asc', tenantId: 'asc' } })
    // The role may read these columns alone, so they are named.
    const tenants = await em.find(OwnTenant, { id: { $in: memberships.map(({ tenantId }) => tenantId) } }, { fields: ['id', 'slug', 'name'] })
    const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]))
    return memberships.flatMap(({ tenantId, role }) => {
      const tenant = byId.get(tenantId)
      return tenant === undefined || (onlyTenant !== null && tenant.slug !== onlyTenant) ? [] : [{ tenantId, slug: tenant.slug, name: tenant.name, role }]
    })
  })
}
