import { z } from 'zod'
import { changedFields, type Auditor } from '../audit/auditor.ts'
import { executorOf } from '../outbox/append.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { isUuid } from '../uuid.ts'
import { changeDataVersion } from './dataVersions.ts'

/** A saved definition of a group of users, as it is stored. */
export type StoredSegment = {
  readonly id: string
  /** Unique in the tenant, whatever the letters' case. */
  readonly name: string
  readonly description: string | null
  /** JSON; its reader gives it a meaning. */
  readonly definition: unknown
  /** null: its members are told as of now. */
  readonly frozenAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}
export type SegmentDraft = Pick<StoredSegment, 'name' | 'description' | 'definition' | 'frozenAt'>

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  definition: z.unknown(),
  frozen_at: z.date().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
})
const COLUMNS = 'id, name, description, definition, frozen_at, created_at, updated_at'

function readRows(rows: readonly unknown[]): readonly StoredSegment[] {
  return z
    .array(rowSchema)
    .parse(rows)
    .map(({ id, name, description, definition, frozen_at, created_at, updated_at }) => ({
      id,
      name,
      description,
      definition,
      frozenAt: frozen_at,
      createdAt: created_at,
      updatedAt: updated_at,
    }))
}

// wall: segments-of-tenant
const LIST = { name: 'segments-list', text: `SELECT ${COLUMNS} FROM segments WHERE tenant_id = $1::uuid ORDER BY folded_name LIMIT $2::int` }
const FIND = { name: 'segments-find', text: `SELECT ${COLUMNS} FROM segments WHERE tenant_id = $1::uuid AND id = ANY ($2::uuid[])` }
const NAMES = { name: 'segments-names', text: 'SELECT id, name FROM segments WHERE tenant_id = $1::uuid ORDER BY folded_name LIMIT $2::int' }

/** The tenant's segments by name, at most `first`. */
export async function listSegments(pool: Pool, { tenantId, first }: { readonly tenantId: string; readonly first: number }): Promise<readonly StoredSegment[]> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query({ ...LIST, values: [tenantId, first] }))
  return readRows(rows)
}

/** Those of the ids that the tenant has, in no order; what is no UUID is nobody's id. */
export async function findSegments(
  pool: Pool,
  { tenantId, ids }: { readonly tenantId: string; readonly ids: readonly string[] },
): Promise<readonly StoredSegment[]> {
  const wanted = ids.map((id) => id.toLowerCase()).filter(isUuid)
  if (wanted.length === 0) return []
  return withTenant(pool, tenantId, (client) => findIn(client, tenantId, wanted))
}

/** Within a transaction of the tenant. */
export async function findIn(client: Pick<PoolClient, 'query'>, tenantId: string, ids: readonly string[]): Promise<readonly StoredSegment[]> {
  const { rows } = await client.query({ ...FIND, values: [tenantId, ids] })
  return readRows(rows)
}

/** Ids and names by name, at most `first`. */
export async function listSegmentNames(
  pool: Pool,
  { tenantId, first }: { readonly tenantId: string; readonly first: number },
): Promise<readonly Pick<StoredSegment, 'id' | 'name'>[]> {
  const { rows } = await withTenant(pool, tenantId, (client) => client.query({ ...NAMES, values: [tenantId, first] }))
  return z.array(z.object({ id: z.string(), name: z.string() })).parse(rows)
}

// The lock of the tenant's row keeps two from taking the last place at once; it is not in the way of foreign keys.
const LOCK = { name: 'segments-lock', text: 'SELECT id FROM tenants WHERE id = $1::uuid FOR NO KEY UPDATE' }
const COUNT = { name: 'segments-count', text: 'SELECT count(*)::int AS count FROM segments WHERE tenant_id = $1::uuid' }
const INSERT = {
  name: 'segments-insert',
  text: `INSERT INTO segments (tenant_id, id, name, folded_name, description, definition, frozen_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
}
const UPDATE = {
  name: 'segments-update',
  text: `UPDATE segments SET name = $3, folded_name = $4, description = $5, definition = $6, frozen_at = $7, updated_at = now()
         WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${COLUMNS}`,
}
const DELETE = { name: 'segments-delete', text: `DELETE FROM segments WHERE tenant_id = $1::uuid AND id = $2::uuid RETURNING ${COLUMNS}` }
const LOCK_ONE = { name: 'segments-lock-one', text: `SELECT ${COLUMNS} FROM segments WHERE tenant_id = $1::uuid AND id = $2::uuid FOR UPDATE` }

export type Place = { readonly tenantId: string; readonly id: string }

/** Saves a new segment, or says why not: the tenant has `most` already, or one of this name. */
export async function insertSegment(
  pool: Pool,
  { tenantId, id }: Place,
  draft: SegmentDraft & { readonly most: number },
  audit: Auditor,
): Promise<StoredSegment | 'full' | 'taken'> {
  return untilTaken(
    withTenant(pool, tenantId, async (client) => {
      await client.query({ ...LOCK, values: [tenantId] })
      const counted = await client.query<{ count: number }>({ ...COUNT, values: [tenantId] })
      if ((counted.rows[0]?.count ?? 0) >= draft.most) return 'full'
      const saved = firstOf((await client.query({ ...INSERT, values: valuesOf({ tenantId, id }, draft) })).rows)
      await audit(executorOf(client), { action: 'segment.created', target: targetOf(id), before: null, after: auditedFields(saved) })
      await changeDataVersion(client, tenantId, null)
      return saved
    }),
  )
}

/** Changes a segment by what it is now; null when the tenant has none with this id. What `change` throws leaves it as it was. */
export async function updateSegment(
  pool: Pool,
  place: Place,
  change: (current: StoredSegment) => SegmentDraft,
  audit: Auditor,
): Promise<StoredSegment | 'taken' | null> {
  return untilTaken(
    withTenant(pool, place.tenantId, async (client) => {
      const [current] = readRows((await client.query({ ...LOCK_ONE, values: [place.tenantId, place.id] })).rows)
      if (current === undefined) return null
      const saved = firstOf((await client.query({ ...UPDATE, values: valuesOf(place, change(current)) })).rows)
      const changed = changedFields(auditedFields(current), auditedFields(saved))
      if (changed !== null) await audit(executorOf(client), { action: 'segment.updated', target: targetOf(place.id), ...changed })
      if (changed !== null) await changeDataVersion(client, place.tenantId, null)
      return saved
    }),
  )
}

/** Whether there was one. */
export async function deleteSegment(pool: Pool, { tenantId, id }: Place, audit: Auditor): Promise<boolean> {
  return withTenant(pool, tenantId, async (client) => {
    const [deleted] = readRows((await client.query({ ...DELETE, values: [tenantId, id] })).rows)
    if (deleted === undefined) return false
    await audit(executorOf(client), { action: 'segment.deleted', target: targetOf(id), before: auditedFields(deleted), after: null })
    await changeDataVersion(client, tenantId, null)
    return true
  })
}

const targetOf = (id: string): string => `segment:${id}`

const auditedFields = ({ name, description, definition, frozenAt }: StoredSegment) => ({
  name,
  description,
  definition,
  frozenAt: frozenAt?.toISOString() ?? null,
})

const valuesOf = ({ tenantId, id }: Place, { name, description, definition, frozenAt }: SegmentDraft): readonly unknown[] & unknown[] => [
  tenantId,
  id,
  name,
  foldName(name),
  description,
  JSON.stringify(definition),
  frozenAt,
]

/** Two names are the same when they differ in the case or the form of their letters alone. */
export const foldName = (name: string): string => name.normalize('NFKC').toLowerCase()

function firstOf(rows: readonly unknown[]): StoredSegment {
  const [first] = readRows(rows)
  if (first === undefined) throw new Error('A segment that was just written is not there.')
  return first
}

const UNIQUE_VIOLATION = '23505'

async function untilTaken<Result>(written: Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await written
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}
