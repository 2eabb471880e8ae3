import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'
import { printConditions, type LogCondition } from './logFilter.ts'
import type { LogGap, LogPosition } from './readLog.ts'

/** What names a group: partners who see different parts of the log never meet in one. */
export type GroupName = { readonly tenantId: string; readonly scope: string; readonly name: string }
export type GroupKey = { readonly tenantId: string; readonly groupId: string }

const ms = z.coerce.number().nullable()
const groupRow = z
  .object({
    id: z.string(),
    question: z.string(),
    begun: z.string(),
    acknowledgedMs: ms,
    nextSequence: z.coerce.bigint(),
    nextMs: z.coerce.number(),
    gapFromMs: ms,
    gapToMs: ms,
  })
  .transform(({ nextSequence, nextMs, gapFromMs, gapToMs, ...group }) => ({
    ...group,
    next: { sequence: nextSequence, recordedAtMs: nextMs },
    gap: toGap(gapFromMs, gapToMs),
  }))
/** A group as it is stored; `next` is the place up to which everything is acknowledged or leased, `gap` what is to be told with what comes next. */
export type StoredGroup = z.infer<typeof groupRow>

export const toGap = (fromMs: number | null, toMs: number | null): LogGap | null => (fromMs === null || toMs === null ? null : { fromMs, toMs })

const COLUMNS = `id, question, begun, (extract(epoch FROM acknowledged_at) * 1000)::float8 AS "acknowledgedMs",
  next_sequence AS "nextSequence", next_ms AS "nextMs", gap_from_ms AS "gapFromMs", gap_to_ms AS "gapToMs"`
const FIND = { name: 'groups-find', text: `SELECT ${COLUMNS} FROM stream_groups WHERE tenant_id = $1::uuid AND scope = $2 AND name = $3 FOR UPDATE` }
const LOCK = { name: 'groups-lock', text: `SELECT ${COLUMNS} FROM stream_groups WHERE tenant_id = $1::uuid AND id = $2::uuid FOR UPDATE` }
const COUNT = `SELECT count(*)::int AS "ofTenant", count(*) FILTER (WHERE created_by = $2::uuid)::int AS "ofOne" FROM stream_groups WHERE tenant_id = $1::uuid`
const CREATE = `INSERT INTO stream_groups (tenant_id, id, scope, name, question, conditions, begun, created_by, next_sequence, next_ms)
  VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8::uuid, $9::bigint, $10::bigint) ON CONFLICT (tenant_id, scope, name) DO NOTHING`
const REMOVE = 'DELETE FROM stream_groups WHERE tenant_id = $1::uuid AND id = $2::uuid'
const MOVE = `UPDATE stream_groups SET next_sequence = $3::bigint, next_ms = $4::bigint, gap_from_ms = NULL, gap_to_ms = NULL, used_at = now()
  WHERE tenant_id = $1::uuid AND id = $2::uuid`
const EMPTY = 'DELETE FROM stream_leases WHERE tenant_id = $1::uuid AND group_id = $2::uuid'

/** The group of that name, locked: until the transaction ends nobody else changes anything of it. */
export async function findGroup(client: PoolClient, { tenantId, scope, name }: GroupName): Promise<StoredGroup | null> {
  return z.array(groupRow).parse((await client.query({ ...FIND, values: [tenantId, scope, name] })).rows)[0] ?? null
}

/** The same by its id. What depends on it is read by statements after this one: this one may have waited. */
export async function lockGroup(client: PoolClient, { tenantId, groupId }: GroupKey): Promise<StoredGroup | null> {
  return z.array(groupRow).parse((await client.query({ ...LOCK, values: [tenantId, groupId] })).rows)[0] ?? null
}

export type NewGroup = GroupName & {
  readonly question: string
  readonly conditions: readonly LogCondition[]
  /** Where its first reader said that it begins. */
  readonly begun: string
  /** The account or key that reads it first. */
  readonly createdBy: string | null
  readonly start: LogPosition
}

/** Groups of one tenant, and of one account or key, at most. */
const MAX_GROUPS = 1_000
const MAX_GROUPS_OF_ONE = 100

/** Makes the group unless another did in this moment; answers it locked. */
export async function createGroup(client: PoolClient, group: NewGroup): Promise<StoredGroup> {
  const { tenantId, scope, name, question, conditions, begun, createdBy, start } = group
  const [{ ofTenant, ofOne }] = z.tuple([z.object({ ofTenant: z.number(), ofOne: z.number() })]).parse((await client.query(COUNT, [tenantId, createdBy])).rows)
  if (ofTenant >= MAX_GROUPS) throw failure('QUOTA_EXCEEDED', { quota: 'groups', used: ofTenant, limit: MAX_GROUPS })
  if (ofOne >= MAX_GROUPS_OF_ONE) throw failure('QUOTA_EXCEEDED', { quota: 'groups of one key', used: ofOne, limit: MAX_GROUPS_OF_ONE })
  const values = [tenantId, randomUUID(), scope, name, question, JSON.stringify(conditions), begun, createdBy, String(start.sequence), start.recordedAtMs]
  await client.query(CREATE, values)
  const found = await findGroup(client, group)
  if (found === null) throw new Error('A group that was just made is there.')
  return found
}

export const removeGroup = async (client: PoolClient, { tenantId, groupId }: GroupKey): Promise<void> => void (await client.query(REMOVE, [tenantId, groupId]))

/** Puts a group that nobody reads to another place: what it had not acknowledged counts no more. */
export async function moveGroup(client: PoolClient, { tenantId, groupId, to }: GroupKey & { readonly to: LogPosition }): Promise<void> {
  await client.query(EMPTY, [tenantId, groupId])
  await client.query(MOVE, [tenantId, groupId, String(to.sequence), to.recordedAtMs])
}

const IS_READ = 'SELECT EXISTS (SELECT FROM stream_members WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND server <> $3) AS "isRead"'

/** Whether it has members, the dead among them; but for those of one server. */
export async function isRead(client: PoolClient, { tenantId, groupId, except = 0 }: GroupKey & { readonly except?: number }): Promise<boolean> {
  return z.tuple([z.object({ isRead: z.boolean() })]).parse((await client.query(IS_READ, [tenantId, groupId, except])).rows)[0].isRead
}

/** Entries that are counted at most, and how far they are looked for. */
export const MAX_LAG = 10_000
const LAG_WINDOW = 200_000n

const listRow = z.object({
  id: z.string(),
  scope: z.string(),
  name: z.string(),
  question: z.string(),
  conditions: z.array(z.custom<LogCondition>()),
  createdBy: z.string().nullable(),
  createdAt: z.date(),
  acknowledgedAt: z.date().nullable(),
  sequence: z.coerce.bigint(),
  recordedAtMs: z.coerce.number(),
  nextSequence: z.coerce.bigint(),
  inFlight: z.number(),
  waiting: z.number(),
  members: z.number(),
})
export type ListedGroup = z.infer<typeof listRow> & { readonly lag: number }

const LIST = `SELECT g.id, g.scope, g.name, g.question, g.conditions, g.created_by AS "createdBy", g.created_at AS "createdAt", g.acknowledged_at AS "acknowledgedAt",
    coalesce(f.after_sequence, g.next_sequence) AS sequence, coalesce(f.after_ms, g.next_ms) AS "recordedAtMs", g.next_sequence AS "nextSequence",
    l."inFlight", l.waiting, (SELECT count(*)::int FROM stream_members m WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id) AS members
  FROM stream_groups g
  LEFT JOIN LATERAL (SELECT after_sequence, after_ms FROM stream_leases f WHERE f.tenant_id = g.tenant_id AND f.group_id = g.id
    ORDER BY after_sequence LIMIT 1) f ON true
  CROSS JOIN LATERAL (SELECT coalesce(sum(cardinality(entries)) FILTER (WHERE member IS NOT NULL), 0)::int AS "inFlight",
    coalesce(sum(cardinality(entries)) FILTER (WHERE member IS NULL), 0)::int AS waiting
    FROM stream_leases l WHERE l.tenant_id = g.tenant_id AND l.group_id = g.id) l
  WHERE g.tenant_id = $1::uuid AND ($2::text IS NULL OR g.scope = $2) ORDER BY g.name, g.scope`

/** The tenant's groups, of one scope or of all, with how much each has before it. */
export async function listGroups(
  client: PoolClient,
  { tenantId, scope, head }: { readonly tenantId: string; readonly scope: string | null; readonly head: LogPosition },
): Promise<readonly ListedGroup[]> {
  const rows = z.array(listRow).parse((await client.query(LIST, [tenantId, scope])).rows)
  const groups: ListedGroup[] = []
  for (const row of rows) {
    const unread = await countBehind(client, { tenantId, conditions: row.conditions, after: row.nextSequence, head: head.sequence })
    groups.push({ ...row, lag: Math.min(MAX_LAG, row.inFlight + row.waiting + unread) })
  }
  return groups
}

type Behind = { readonly tenantId: string; readonly conditions: readonly LogCondition[]; readonly after: bigint; readonly head: bigint }

async function countBehind(client: PoolClient, { tenantId, conditions, after, head }: Behind): Promise<number> {
  if (after >= head) return 0
  const upper = head - after > LAG_WINDOW ? after + LAG_WINDOW : head
  const values: unknown[] = [tenantId, String(after), String(upper), MAX_LAG]
  const where = printConditions(conditions, (value) => `$${values.push(value)}`)
  const text = `SELECT count(*)::int AS count FROM (SELECT FROM conversion_log
    WHERE tenant_id = $1::uuid AND sequence > $2::bigint AND sequence <= $3::bigint${where} LIMIT $4::int) l`
  return z.tuple([z.object({ count: z.number() })]).parse((await client.query(text, values)).rows)[0].count
}
