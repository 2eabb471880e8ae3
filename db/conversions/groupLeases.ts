import type { PoolClient } from 'pg'
import { z } from 'zod'
import { lockGroup, toGap, type GroupKey, type StoredGroup } from './groups.ts'
import type { MemberKey } from './groupMembers.ts'
import type { LogCondition } from './logFilter.ts'
import { joinGaps, readLogIn, readRangeIn, type LogEntry, type LogGap, type LogPosition } from './readLog.ts'

export type Taking = MemberKey & {
  readonly conditions: readonly LogCondition[]
  /** As `readHead` told it; nothing behind it is read. */
  readonly head: LogPosition
  /** The member's next number; it has none twice. */
  readonly delivery: number
  /** Entries that the member may have unacknowledged at a time, and in one batch. */
  readonly maxInFlight: number
  readonly maxEntries: number
  readonly nowMs: number
}

export type Taken =
  | { readonly kind: 'batch'; readonly entries: readonly LogEntry[]; readonly position: LogPosition; readonly gap: LogGap | null }
  /** The group got further, but found nothing to give: ask again. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'nothing' }
  /** As much is unacknowledged as may be. */
  | { readonly kind: 'full' }
  /** It is no member of the group, which may not be there either. */
  | { readonly kind: 'gone' }

const ms = z.number().nullable()
const leaseRow = z
  .object({ after: z.string(), afterMs: z.number(), upto: z.string(), uptoMs: z.number(), entries: z.array(z.string()), gapFromMs: ms, gapToMs: ms })
  .transform(({ after, afterMs, upto, uptoMs, entries, gapFromMs, gapToMs }) => ({
    after: { sequence: BigInt(after), recordedAtMs: afterMs },
    upto: { sequence: BigInt(upto), recordedAtMs: uptoMs },
    entries: entries.map(BigInt),
    gap: toGap(gapFromMs, gapToMs),
  }))
type FreeLease = z.infer<typeof leaseRow>
const stateRow = z.object({ isMember: z.boolean(), inFlight: z.number(), free: leaseRow.nullable() })
const STATE = {
  name: 'groups-state',
  text: `SELECT EXISTS (SELECT FROM stream_members WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND id = $3::uuid) AS "isMember",
      (SELECT coalesce(sum(cardinality(entries)), 0)::int FROM stream_leases
        WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND member = $3::uuid) AS "inFlight",
      (SELECT jsonb_build_object('after', after_sequence::text, 'afterMs', after_ms, 'upto', upto_sequence::text, 'uptoMs', upto_ms, 'entries', entries::text[],
          'gapFromMs', gap_from_ms, 'gapToMs', gap_to_ms)
        FROM stream_leases WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND member IS NULL ORDER BY after_sequence LIMIT 1) AS free`,
}
// The part that is not taken stays free.
const SPLIT = {
  name: 'groups-split',
  text: `INSERT INTO stream_leases (tenant_id, group_id, after_sequence, after_ms, upto_sequence, upto_ms, entries, delivery, earlier_members, earlier_deliveries)
    SELECT tenant_id, group_id, $4::bigint, $5::bigint, upto_sequence, upto_ms, ARRAY(SELECT e FROM unnest(entries) e WHERE e > $4::bigint ORDER BY e), delivery,
      earlier_members, earlier_deliveries
    FROM stream_leases WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND after_sequence = $3::bigint AND entries[cardinality(entries)] > $4::bigint`,
}
const TAKE = {
  name: 'groups-take',
  text: `UPDATE stream_leases SET member = $4::uuid, delivery = $5, upto_sequence = $6::bigint, upto_ms = $7::bigint, entries = $8::bigint[],
      gap_from_ms = $9::bigint, gap_to_ms = $10::bigint
    WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND after_sequence = $3::bigint`,
}
const DROP = { name: 'groups-drop', text: 'DELETE FROM stream_leases WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND after_sequence = $3::bigint' }
const LEASE = {
  name: 'groups-lease',
  text: `INSERT INTO stream_leases (tenant_id, group_id, after_sequence, after_ms, upto_sequence, upto_ms, entries, gap_from_ms, gap_to_ms, member, delivery)
    VALUES ($1::uuid, $2::uuid, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint[], $8::bigint, $9::bigint, $10::uuid, $11)`,
}
const ADVANCE = {
  name: 'groups-advance',
  text: `UPDATE stream_groups SET next_sequence = $3::bigint, next_ms = $4::bigint, gap_from_ms = $5::bigint, gap_to_ms = $6::bigint, used_at = now()
    WHERE tenant_id = $1::uuid AND id = $2::uuid`,
}

/** Gives the member a batch: what is free first, else what comes next in the log. */
export async function takeLease(client: PoolClient, taking: Taking): Promise<Taken> {
  const { tenantId, groupId, memberId, head, maxInFlight, maxEntries } = taking
  const group = await lockGroup(client, taking)
  if (group === null) return { kind: 'gone' }
  const [state] = z.tuple([stateRow]).parse((await client.query({ ...STATE, values: [tenantId, groupId, memberId] })).rows)
  if (!state.isMember) return { kind: 'gone' }
  const limit = Math.min(maxEntries, maxInFlight - state.inFlight)
  if (limit <= 0) return { kind: 'full' }
  if (state.free !== null) return takeOver(client, { taking, group, lease: state.free, limit })
  return group.next.sequence < head.sequence ? readOn(client, { taking, group, limit }) : { kind: 'nothing' }
}

type Free = { readonly taking: Taking; readonly group: StoredGroup; readonly lease: FreeLease; readonly limit: number }

async function takeOver(client: PoolClient, { taking, group, lease, limit }: Free): Promise<Taken> {
  const { tenantId, groupId, memberId, delivery, nowMs } = taking
  const key = [tenantId, groupId, String(lease.after.sequence)]
  const wanted = lease.entries.slice(0, limit)
  const upper = wanted.at(-1)
  if (upper === undefined) throw new Error('A lease has entries.')
  const entries = await readRangeIn(client, { ...taking, after: lease.after, upper, upto: lease.upto, limit })
  const isWhole = entries.length === wanted.length
  const toMs = entries.at(0)?.recordedAt.getTime() ?? nowMs
  const gap = joinGaps(lease.gap, isWhole ? null : { fromMs: lease.after.recordedAtMs, toMs })
  const end = { sequence: upper, recordedAtMs: entries.at(-1)?.recordedAt.getTime() ?? lease.after.recordedAtMs }
  const isAll = wanted.length === lease.entries.length
  if (!isAll) await client.query({ ...SPLIT, values: [...key, String(end.sequence), end.recordedAtMs] })
  if (entries.length === 0) {
    // Retention was faster: whoever gets the next entries is told.
    await client.query({ ...DROP, values: key })
    await client.query({ ...ADVANCE, values: advanced({ next: group.next, gap: joinGaps(gap, group.gap), groupId, tenantId }) })
    return { kind: 'moved' }
  }
  const position = isAll ? lease.upto : end
  const values = [...key, memberId, delivery, String(position.sequence), position.recordedAtMs, numbersOf(entries), ...gapValues(gap)]
  await client.query({ ...TAKE, values })
  return { kind: 'batch', entries, position, gap }
}

async function readOn(
  client: PoolClient,
  { taking, group, limit }: { readonly taking: Taking; readonly group: StoredGroup; readonly limit: number },
): Promise<Taken> {
  const { tenantId, groupId, memberId, delivery } = taking
  const { next } = group
  const { entries, position, gap: found } = await readLogIn(client, { ...taking, after: next, limit })
  const gap = joinGaps(group.gap, found)
  if (entries.length > 0) {
    const range = [String(next.sequence), next.recordedAtMs, String(position.sequence), position.recordedAtMs]
    await client.query({ ...LEASE, values: [tenantId, groupId, ...range, numbersOf(entries), ...gapValues(gap), memberId, delivery] })
  }
  await client.query({ ...ADVANCE, values: advanced({ next: position, gap: entries.length > 0 ? null : gap, groupId, tenantId }) })
  return entries.length > 0 ? { kind: 'batch', entries, position, gap } : { kind: 'moved' }
}

type Advanced = GroupKey & { readonly next: LogPosition; readonly gap: LogGap | null }

const advanced = ({ tenantId, groupId, next, gap }: Advanced): unknown[] => [tenantId, groupId, String(next.sequence), next.recordedAtMs, ...gapValues(gap)]
const gapValues = (gap: LogGap | null): readonly (number | null)[] => [gap === null ? null : Math.floor(gap.fromMs), gap === null ? null : Math.ceil(gap.toMs)]
const numbersOf = (entries: readonly LogEntry[]): readonly string[] => entries.map(({ sequence }) => String(sequence))
