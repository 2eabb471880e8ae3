import { randomUUID } from 'node:crypto'
import { hashPassword } from '#ops/security/passwords.ts'
import type { Role } from '#ops/security/permissions.ts'
import { withSettings, type Pool } from '../pool.ts'

export type NewAccount = {
  /** Stored folded to lower case; unique. */
  readonly email: string
  readonly name: string
  readonly password: string
  /** Whether its address counts as verified; default false. */
  readonly isVerified?: boolean
  readonly memberships: readonly { readonly tenantId: string; readonly role: Role }[]
}

/**
 * Makes an account that can log in, and its memberships. The two belong to different roles, so they are separate transactions, the account first:
 * what is left behind by a failure between them is an account of no tenant. The worker adds the hash by which a member is found. Throws PostgreSQL's 23505 when the address is taken.
 */
export async function provisionAccount(
  pools: { readonly app: Pool; readonly auth: Pool },
  { email, name, password, isVerified = false, memberships }: NewAccount,
): Promise<{ readonly accountId: string }> {
  const accountId = randomUUID()
  const values = [accountId, email.toLowerCase(), name, await hashPassword(password), isVerified]
  await pools.auth.query(
    'INSERT INTO accounts (id, email, name, password_hash, email_verified_at) VALUES ($1, $2, $3, $4, CASE WHEN $5::boolean THEN now() END)',
    values,
  )
  for (const { tenantId, role } of memberships) {
    await withSettings(pools.app, tenantId, (client) =>
      client.query('INSERT INTO memberships (tenant_id, account_id, role) VALUES ($1, $2, $3)', [tenantId, accountId, role]),
    )
  }
  return { accountId }
}
