import { z } from 'zod'
import type { Seal, Vault } from '../crypto/vault.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { FIRST_HASH, isSame, type Chain, type ChainEntry, type ChainHead } from './chain.ts'
import { lockHead, readEntries } from './chainRows.ts'
import type { RecordedAudit } from './recordAudit.ts'

/** Nothing is added to a chain whose head was changed: a new, good head would hide it. */
class AuditChainBroken extends Error {
  constructor(tenantId: string) {
    super(`The head of the audit log of tenant ${tenantId} was changed or taken away; npm run audit:verify says more.`)
    this.name = 'AuditChainBroken'
  }
}

export type AuditTargets = {
  /** Role umg_app. */
  readonly pool: Pool
  readonly vault: Vault
  readonly chain: Chain
}

const KNOWN = { name: 'audit-known', text: 'SELECT record_id AS id FROM audit_log WHERE tenant_id = $1::uuid AND record_id = ANY ($2::uuid[])' }
const START = {
  name: 'audit-start',
  text: 'INSERT INTO audit_heads (tenant_id, sequence, hash, seal) VALUES ($1::uuid, $2, $3, $4) ON CONFLICT (tenant_id) DO NOTHING',
}
const MOVE = { name: 'audit-move', text: 'UPDATE audit_heads SET sequence = $2::bigint, hash = $3, seal = $4 WHERE tenant_id = $1::uuid' }
const ADD = {
  name: 'audit-add',
  text: `INSERT INTO audit_log (tenant_id, sequence, record_id, at, actor_kind, actor_id, action, target, before, after, address, request_id, previous_hash, hash)
         SELECT $1::uuid, e.* FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::bytea[], $10::bytea[],
           $11::bytea[], $12::text[], $13::bytea[], $14::bytea[]) e`,
}

/**
 * Adds records to a tenant's log, in their order, each once for its id: the next numbers of the tenant's one sequence, chained, with the head, in one
 * transaction. Answers how many were new.
 */
export function appendAudit({ pool, vault, chain }: AuditTargets, tenantId: string, records: readonly RecordedAudit[]): Promise<number> {
  return withTenant(pool, tenantId, async (client) => {
    const head = await takeHead(client, { tenantId, chain })
    const known = await knownIds(client, tenantId, records)
    const fresh = [...new Map(records.filter(({ id }) => !known.has(id)).map((record) => [record.id, record])).values()]
    if (fresh.length === 0) return 0
    const entries = chained({ tenantId, head, chain, records: fresh, seal: await vault.sealerFor(client, tenantId) })
    await client.query({ ...ADD, values: [tenantId, ...columnsOf(entries)] })
    const last = entries.at(-1)
    if (last === undefined) throw new Error('Records became no entries.')
    const next = { tenantId, sequence: last.sequence, hash: last.hash }
    await client.query({ ...MOVE, values: [tenantId, next.sequence, next.hash, chain.sealOf(next)] })
    return entries.length
  })
}

async function takeHead(client: PoolClient, { tenantId, chain }: { readonly tenantId: string; readonly chain: Chain }): Promise<ChainHead> {
  const first = { tenantId, sequence: 0, hash: FIRST_HASH }
  const found = await lockHead(client, tenantId)
  if (found === null && (await readEntries(client, { tenantId, after: 0, limit: 1 })).length > 0) throw new AuditChainBroken(tenantId)
  if (found === null) await client.query({ ...START, values: [tenantId, 0, FIRST_HASH, chain.sealOf(first)] })
  const head = found ?? (await lockHead(client, tenantId))
  if (head === null || !isSame(chain.sealOf(head), head.seal)) throw new AuditChainBroken(tenantId)
  return head
}

async function knownIds(client: PoolClient, tenantId: string, records: readonly RecordedAudit[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query({ ...KNOWN, values: [tenantId, records.map(({ id }) => id)] })
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  )
}

type Chaining = {
  readonly tenantId: string
  readonly head: ChainHead
  readonly chain: Chain
  readonly records: readonly RecordedAudit[]
  readonly seal: Seal
}

function chained({ tenantId, head, chain, records, seal }: Chaining): readonly ChainEntry[] {
  const entries: ChainEntry[] = []
  let [sequence, previousHash] = [head.sequence, head.hash]
  for (const record of records) {
    sequence += 1
    const entry = {
      tenantId,
      sequence,
      recordId: record.id,
      at: microseconds(record.at),
      actorKind: record.actor.kind,
      actorId: record.actor.id,
      action: record.action,
      target: record.target,
      before: record.before === null ? null : seal('audit_log.before', JSON.stringify(record.before)),
      after: record.after === null ? null : seal('audit_log.after', JSON.stringify(record.after)),
      address: record.address === null ? null : seal('audit_log.address', record.address),
      requestId: record.requestId,
      previousHash,
    }
    previousHash = chain.hashOf(entry)
    entries.push({ ...entry, hash: previousHash })
  }
  return entries
}

/** As `to_char` prints it in chainRows.ts. */
const microseconds = (at: string): string => new Date(at).toISOString().replace('Z', '000Z')

const columnsOf = (entries: readonly ChainEntry[]): readonly unknown[] => [
  entries.map(({ sequence }) => sequence),
  entries.map(({ recordId }) => recordId),
  entries.map(({ at }) => at),
  entries.map(({ actorKind }) => actorKind),
  entries.map(({ actorId }) => actorId),
  entries.map(({ action }) => action),
  entries.map(({ target }) => target),
  entries.map(({ before }) => before),
  entries.map(({ after }) => after),
  entries.map(({ address }) => address),
  entries.map(({ requestId }) => requestId),
  entries.map(({ previousHash }) => previousHash),
  entries.map(({ hash }) => hash),
]
