import { z } from 'zod'
import { ROLES, type Role } from '#ops/security/permissions.ts'
import { inAccount, type MikroORM } from '../tenantScope.ts'

/** What an access token claims, to be looked at again. */
export type ClaimedSession = { readonly sessionId: string; readonly accountId: string; readonly tenantId: string | null }
/** A session that is alive, with the role of now; without a tenant all three are null. */
export type VerifiedSession = { readonly tenantId: string | null; readonly tenantSlug: string | null; readonly role: Role | null }

const RowsSchema = z.array(z.object({ slug: z.string().nullable(), role: z.enum(ROLES).nullable() }))

const FIND = `SELECT t.slug, m.role FROM sessions s
  LEFT JOIN memberships m ON m.account_id = s.account_id AND m.tenant_id = ?::uuid
  LEFT JOIN tenants t ON t.id = m.tenant_id
  WHERE s.id = ?::uuid AND s.account_id = ?::uuid AND s.revoked_at IS NULL AND s.expires_at > ?::timestamptz AND s.absolute_expires_at > ?::timestamptz`

/** The session as it stands, or null when it has ended, is another account's, or that account is no member of the tenant. */
export function verifySession(orm: MikroORM, { sessionId, accountId, tenantId }: ClaimedSession, at: Date): Promise<VerifiedSession | null> {
  return inAccount(orm, accountId, async (em) => {
    const [row] = RowsSchema.parse(await em.execute(FIND, [tenantId, sessionId, accountId, at, at]))
    if (row === undefined) return null
    if (tenantId === null) return { tenantId: null, tenantSlug: null, role: null }
    return row.slug === null || row.role === null ? null : { tenantId, tenantSlug: row.slug, role: row.role }
  })
}
