import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { GroupKey } from './groups.ts'
import { PRESENCE_LOCK } from './groupPresence.ts'

export type MemberKey = GroupKey & { readonly memberId: string }

/** Members whose late acknowledgement of a batch still counts. */
const MAX_EARLIER = 16

const JOIN = `INSERT INTO stream_members (tenant_id, group_id, id, server) VALUES ($1::uuid, $2::uuid, $3::uuid, $4)`
// What a member leaves behind knows whose it was: an acknowledgement of what it was given may still be on its way.
const SET_FREE = `earlier_members = (earlier_members || l.member)[greatest(1, cardinality(earlier_members) + 2 - ${MAX_EARLIER}):],
  earlier_deliveries = (earlier_deliveries || delivery)[greatest(1, cardinality(earlier_deliveries) + 2 - ${MAX_EARLIER}):], member = NULL`
const FREE = {
  name: 'groups-free',
  text: `UPDATE stream_leases l SET ${SET_FREE} WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND member = $3::uuid`,
}
const LEAVE = { name: 'groups-leave', text: 'DELETE FROM stream_members WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND id = $3::uuid' }
// Whose lock can be taken is dead; ours we hold, so that we could not tell.
const BURY = {
  name: 'groups-bury',
  text: `WITH servers AS MATERIALIZED (
      SELECT DISTINCT server FROM stream_members WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND server <> $3),
    dead AS MATERIALIZED (SELECT server FROM servers WHERE pg_try_advisory_xact_lock_shared(${PRESENCE_LOCK}, server)),
    gone AS (DELETE FROM stream_members m USING dead WHERE m.tenant_id = $1::uuid AND m.group_id = $2::uuid AND m.server = dead.server RETURNING m.id),
    freed AS (UPDATE stream_leases l SET ${SET_FREE} FROM gone WHERE l.tenant_id = $1::uuid AND l.group_id = $2::uuid AND l.member = gone.id RETURNING 1)
  SELECT (SELECT count(*) FROM freed)::int AS freed`,
}
const HAS_FREE = {
  name: 'groups-has-free',
  text: 'SELECT EXISTS (SELECT FROM stream_leases WHERE tenant_id = $1::uuid AND group_id = $2::uuid AND member IS NULL) AS "hasFree"',
}
// A group that is read though nothing comes is in use.
const USED = {
  name: 'groups-used',
  text: "UPDATE stream_groups SET used_at = now() WHERE tenant_id = $1::uuid AND id = $2::uuid AND used_at < now() - interval '1 hour'",
}

/** Adds a member. Like all below in the group's lock. */
export async function joinGroup(client: PoolClient, { tenantId, groupId, memberId, server }: MemberKey & { readonly server: number }): Promise<void> {
  await client.query(JOIN, [tenantId, groupId, memberId, server])
}

/** A member is no more; what it had not acknowledged is free. */
export async function leaveGroup(client: PoolClient, { tenantId, groupId, memberId }: MemberKey): Promise<void> {
  await client.query({ ...FREE, values: [tenantId, groupId, memberId] })
  await client.query({ ...LEAVE, values: [tenantId, groupId, memberId] })
}

/** Ends the members of servers that are dead; answers whether anything is free then. */
export async function freeTheDead(client: PoolClient, { tenantId, groupId, server }: GroupKey & { readonly server: number }): Promise<boolean> {
  await client.query({ ...BURY, values: [tenantId, groupId, server] })
  await client.query({ ...USED, values: [tenantId, groupId] })
  const { rows } = await client.query({ ...HAS_FREE, values: [tenantId, groupId] })
  return z.tuple([z.object({ hasFree: z.boolean() })]).parse(rows)[0].hasFree
}
