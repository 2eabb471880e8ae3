import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { GroupKey, StoredGroup } from './groups.ts'
import type { LogPosition } from './readLog.ts'

/** A batch as it was given to one member. */
export type Delivery = { readonly memberId: string; readonly delivery: number }

export type Acknowledgement = GroupKey & {
  readonly group: StoredGroup
  readonly position: LogPosition
  /** Whose; null for all of the group. */
  readonly of: Delivery | null
}
/** `position` is the one before the first entry that is not acknowledged; `hasFreed` says that something was acknowledged now. */
export type Acknowledged = { readonly position: LogPosition; readonly hasFreed: boolean }

const GROUP = 'tenant_id = $1::uuid AND group_id = $2::uuid'
// A batch that was given to one member and then to another is acknowledged by both, each up to where it was told.
const GIVEN = `CASE WHEN member = $4::uuid THEN delivery ELSE earlier_deliveries[array_position(earlier_members, $4::uuid)] END`
const WAS_GIVEN = "(member = $4::uuid OR (earlier_members <> '{}' AND $4::uuid = ANY(earlier_members)))"
const LAST = 'entries[cardinality(entries)]'
const shorten = (recordedMs: string): string => `UPDATE stream_leases SET after_sequence = $3::bigint, after_ms = ${recordedMs}::bigint,
    entries = ARRAY(SELECT e FROM unnest(entries) e WHERE e > $3::bigint ORDER BY e), gap_from_ms = NULL, gap_to_ms = NULL
  WHERE ${GROUP} AND entries[1] <= $3::bigint AND ${LAST} > $3::bigint`

const DONE_OF_ONE = {
  name: 'groups-done-of-one',
  text: `DELETE FROM stream_leases WHERE ${GROUP} AND ${WAS_GIVEN} AND (${GIVEN} < $5::int OR (${GIVEN} = $5::int AND ${LAST} <= $3::bigint))`,
}
const SHORTEN_OF_ONE = { name: 'groups-shorten-of-one', text: `${shorten('$6')} AND ${WAS_GIVEN} AND ${GIVEN} = $5::int` }
const DONE = { name: 'groups-done', text: `DELETE FROM stream_leases WHERE ${GROUP} AND ${LAST} <= $3::bigint` }
const SHORTEN = { name: 'groups-shorten', text: shorten('$4') }
const NOTE = {
  name: 'groups-note',
  text: `UPDATE stream_groups SET acknowledged_at = clock_timestamp(), used_at = now(), next_sequence = $3::bigint, next_ms = $4::bigint
    WHERE tenant_id = $1::uuid AND id = $2::uuid`,
}
const FIRST = {
  name: 'groups-first',
  text: `SELECT after_sequence AS sequence, after_ms AS "recordedAtMs" FROM stream_leases WHERE ${GROUP} ORDER BY after_sequence LIMIT 1`,
}

/**
 * Takes out what is dealt with, in the group's lock. Of one member: its batches in the order in which it got them, up to the place in the last one.
 * Of the group: everything up to the place, also what was not read yet. The same again changes nothing.
 */
export async function acknowledge(client: PoolClient, { tenantId, groupId, group, position, of }: Acknowledgement): Promise<Acknowledged> {
  const upTo = [tenantId, groupId, String(position.sequence)]
  const given = of === null ? null : [...upTo, of.memberId, of.delivery]
  const done = await client.query(given === null ? { ...DONE, values: upTo } : { ...DONE_OF_ONE, values: given })
  const { recordedAtMs } = position
  const shortened = await client.query(
    given === null ? { ...SHORTEN, values: [...upTo, recordedAtMs] } : { ...SHORTEN_OF_ONE, values: [...given, recordedAtMs] },
  )
  const skips = of === null && position.sequence > group.next.sequence
  const next = skips ? position : group.next
  const hasFreed = skips || (done.rowCount ?? 0) + (shortened.rowCount ?? 0) > 0
  if (hasFreed) await client.query({ ...NOTE, values: [tenantId, groupId, String(next.sequence), next.recordedAtMs] })
  return { position: (await firstPlace(client, { tenantId, groupId })) ?? next, hasFreed }
}

/** The place before the first entry that somebody has or had and nobody has acknowledged; null when there is none. */
export async function firstPlace(client: PoolClient, { tenantId, groupId }: GroupKey): Promise<LogPosition | null> {
  const { rows } = await client.query({ ...FIRST, values: [tenantId, groupId] })
  return z.array(z.object({ sequence: z.coerce.bigint(), recordedAtMs: z.coerce.number() })).parse(rows)[0] ?? null
}
