import { z } from 'zod'
import type { Vault } from '../crypto/vault.ts'
import { listTenants } from '../listTenants.ts'
import { withSettings, type Pool, type Queryable } from '../pool.ts'

const BATCH = 500
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

// Plain ones, and those under a key that works and is not the newest. What nobody can open any more is left.
const STALE_INVITATIONS = `SELECT id, email, email_sealed AS "emailSealed" FROM invitations i
  WHERE tenant_id = $1::uuid AND id > $2::uuid AND (email IS NOT NULL OR EXISTS (
    SELECT FROM tenant_data_keys k WHERE k.tenant_id = i.tenant_id AND k.wrapped IS NOT NULL AND int4send(k.version) = substring(i.email_sealed FROM 1 FOR 4)
      AND k.version < (SELECT max(version) FROM tenant_data_keys WHERE tenant_id = $1::uuid)))
  ORDER BY id LIMIT $3::int FOR UPDATE OF i`
const SEAL_INVITATION = 'UPDATE invitations SET email = NULL, email_sealed = $3, email_hash = $4 WHERE tenant_id = $1::uuid AND id = $2::uuid'
// Those without a hash, and those whose hash is under a key that was destroyed.
const UNKNOWN_MEMBERS = `SELECT account_id AS id FROM memberships m
  WHERE tenant_id = $1::uuid AND account_id > $2::uuid AND (email_hash IS NULL OR NOT EXISTS (
    SELECT FROM tenant_data_keys k WHERE k.tenant_id = m.tenant_id AND k.wrapped IS NOT NULL AND int4send(k.version) = substring(m.email_hash FROM 1 FOR 4)))
  ORDER BY account_id LIMIT $3::int FOR UPDATE`
const HASH_MEMBER = 'UPDATE memberships SET email_hash = $3 WHERE tenant_id = $1::uuid AND account_id = $2::uuid'
const ADDRESSES = 'SELECT id, email FROM accounts WHERE id = ANY ($1::uuid[])'

const invitationRows = z.array(z.object({ id: z.string(), email: z.string().nullable(), emailSealed: z.instanceof(Buffer).nullable() }))
const memberRows = z.array(z.object({ id: z.string() }))
const addressRows = z.array(z.object({ id: z.string(), email: z.string() }))

export type SealedAddresses = {
  readonly invitations: number
  readonly members: number
  /** Tenants in which it failed, with the reason; the others are not held up by them. */
  readonly failed: readonly { readonly tenantId: string; readonly error: unknown }[]
}

type Sealing = { readonly tenantId: string; readonly vault: Vault }
type Batch = { readonly done: number; readonly last: string | null }

/** Seals under each tenant's newest key what is plain or under an older one, and hashes the addresses of members who have no good hash; in small transactions, so that it may be cut short anywhere and begun again. */
export async function sealAddresses({ worker, app, vault }: { readonly worker: Pool; readonly app: Pool; readonly vault: Vault }): Promise<SealedAddresses> {
  const failed: { tenantId: string; error: unknown }[] = []
  let [invitations, members] = [0, 0]
  for (const { id: tenantId } of await listTenants(worker)) {
    const inBatches = (seal: (client: Queryable, after: string) => Promise<Batch>) =>
      inTurn((after) => withSettings(app, tenantId, (client) => seal(client, after)))
    try {
      invitations += await inBatches((client, after) => sealBatch(client, { tenantId, vault, after }))
      members += await inBatches((client, after) => hashBatch(client, { tenantId, vault, worker, after }))
    } catch (error) {
      failed.push({ tenantId, error })
    }
  }
  return { invitations, members, failed }
}

/** The same for all invitations of one tenant in the caller's transaction: with a new key, and before the keys are destroyed. Answers how many there were. */
export function sealInvitations(client: Queryable, sealing: Sealing): Promise<number> {
  return inTurn((after) => sealBatch(client, { ...sealing, after }))
}

async function inTurn(batch: (after: string) => Promise<Batch>): Promise<number> {
  let sum = 0
  for (let after: string | null = BEFORE_ALL; after !== null;) {
    const { done, last }: Batch = await batch(after)
    sum += done
    after = last
  }
  return sum
}

async function sealBatch(client: Queryable, { tenantId, vault, after }: Sealing & { readonly after: string }): Promise<Batch> {
  const rows = invitationRows.parse((await client.query(STALE_INVITATIONS, [tenantId, after, BATCH])).rows)
  if (rows.length === 0) return { done: 0, last: null }
  const open = await vault.openerFor(client, tenantId)
  const seal = await vault.sealerFor(client, tenantId)
  const hash = await vault.hasherFor(client, tenantId)
  let done = 0
  for (const { id, email, emailSealed } of rows) {
    const opened = email ?? (emailSealed === null ? 'damaged' : open('invitations.email', emailSealed))
    if (email === null && typeof opened === 'string') continue
    const address = opened.toString()
    await client.query(SEAL_INVITATION, [tenantId, id, seal('invitations.email', address), hash(address)])
    done += 1
  }
  return { done, last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null) }
}

// The accounts are read by the worker's role; the tenant's own is shown none of them.
async function hashBatch(
  client: Queryable,
  { tenantId, vault, worker, after }: Sealing & { readonly worker: Queryable; readonly after: string },
): Promise<Batch> {
  const rows = memberRows.parse((await client.query(UNKNOWN_MEMBERS, [tenantId, after, BATCH])).rows)
  if (rows.length === 0) return { done: 0, last: null }
  const hash = await vault.hasherFor(client, tenantId)
  const known = addressRows.parse((await worker.query(ADDRESSES, [rows.map(({ id }) => id)])).rows)
  for (const { id, email } of known) await client.query(HASH_MEMBER, [tenantId, id, hash(email)])
  return { done: known.length, last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null) }
}
