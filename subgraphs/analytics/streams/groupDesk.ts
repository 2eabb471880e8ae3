import type { Auditor } from '#db/audit/auditor.ts'
import { acknowledge, firstPlace } from '#db/conversions/acknowledge.ts'
import { freeTheDead } from '#db/conversions/groupMembers.ts'
import { notifyGroup } from '#db/conversions/groupPresence.ts'
import { findGroup, isRead, listGroups, moveGroup, removeGroup, type ListedGroup, type StoredGroup } from '#db/conversions/groups.ts'
import { readHeadIn, type LogPosition } from '#db/conversions/readLog.ts'
import { executorOf } from '#db/outbox/append.ts'
import { withTenant, type Pool, type PoolClient } from '#db/pool.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { describeQuestion, groupIssues, scopeOf } from './groupArguments.ts'
import type { GroupRooms } from './groupRooms.ts'
import { createLanes } from './lanes.ts'
import { createPositionCursors, type PositionCursors } from './positions.ts'

/** A group as its tenant sees it. */
export type GroupValue = Omit<ListedGroup, 'question'> & { readonly question: string; readonly isOwn: boolean; readonly cursor: string }

export type GroupDesk = {
  /** Answers the cursor before the first entry that is not acknowledged. */
  readonly acknowledge: (args: { readonly group: string; readonly cursor: string }, identity: Identity) => Promise<string>
  readonly list: (identity: Identity) => Promise<readonly GroupValue[]>
  readonly remove: (name: string, identity: Identity, audit: Auditor) => Promise<boolean>
  readonly move: (name: string, identity: Identity, moving: { readonly to: LogPosition; readonly audit: Auditor }) => Promise<boolean>
}

export type GroupDeskOptions = { readonly pool: Pool; readonly cursorKey: string; readonly rooms: GroupRooms }

/** What is done to groups from outside of their streams. */
export function createGroupDesk({ pool, cursorKey, rooms }: GroupDeskOptions): GroupDesk {
  // Acknowledgements wait for the group's lock; not all connections may wait for one tenant.
  const inLane = createLanes(1)
  const cursorsOf = (tenantId: string, question: string) => createPositionCursors(cursorKey, { tenantId, question })

  /** The group of that name and this asker's sight, in a transaction that has its lock. */
  async function withGroup<Result>(
    name: string,
    identity: Identity,
    work: (client: PoolClient, found: { readonly tenantId: string; readonly group: StoredGroup }) => Promise<Result>,
  ): Promise<Result> {
    const tenantId = requireTenant(identity)
    const issues = groupIssues({ group: name })
    if (issues.length > 0) throw new BadQueryError(issues)
    return inLane(tenantId, () =>
      withTenant(pool, tenantId, async (client) => {
        const group = await findGroup(client, { tenantId, scope: scopeOf(identity), name })
        if (group === null) throw failure('NOT_FOUND', { what: 'group' })
        return work(client, { tenantId, group })
      }),
    )
  }

  /** The same of a group that nobody reads. */
  function withFreeGroup(name: string, identity: Identity, work: (client: PoolClient, tenantId: string, group: StoredGroup) => Promise<void>) {
    return withGroup(name, identity, async (client, { tenantId, group }) => {
      await freeTheDead(client, { tenantId, groupId: group.id, server: 0 })
      if (await isRead(client, { tenantId, groupId: group.id }))
        throw failure('CONFLICT', { message: `The group "${name}" is being read. End its readers first.` })
      await work(client, tenantId, group)
      return true
    })
  }

  return {
    acknowledge: async ({ group: name, cursor }, identity) => {
      const server = await rooms.serverAt(requireTenant(identity))
      const { groupId, tenantId, told, hasFreed, hasOthers } = await withGroup(name, identity, async (client, { tenantId: tenant, group }) => {
        const cursors = cursorsOf(tenant, group.question)
        const { given, ...position } = cursors.open(cursor, 'cursor')
        const isForeign = given !== null && given.groupId !== group.id
        // A place that the log has not reached was sealed by another database than this one.
        if (isForeign || position.sequence > (await readHeadIn(client, tenant)).sequence) throw failure('BAD_CURSOR', { argument: 'cursor' })
        const done = await acknowledge(client, { tenantId: tenant, groupId: group.id, group, position, of: given })
        const others = done.hasFreed && (await isRead(client, { tenantId: tenant, groupId: group.id, except: server }))
        return { groupId: group.id, tenantId: tenant, told: cursors.seal(done.position), hasFreed: done.hasFreed, hasOthers: others }
      })
      if (hasFreed) rooms.wake(groupId)
      // A notice that is lost costs the members one poll.
      if (hasOthers) await withTenant(pool, tenantId, (client) => notifyGroup(client, groupId)).catch(() => undefined)
      return told
    },
    list: (identity) => listFor(identity, { pool, cursorsOf }),
    remove: (name, identity, audit) =>
      withFreeGroup(name, identity, async (client, tenantId, { id }) => {
        await audit(executorOf(client), { action: 'conversion_group.removed', target: `conversion_group:${id}`, before: { name }, after: null })
        await removeGroup(client, { tenantId, groupId: id })
      }),
    move: (name, identity, { to, audit }) =>
      withFreeGroup(name, identity, async (client, tenantId, { id, next }) => {
        const from = (await firstPlace(client, { tenantId, groupId: id })) ?? next
        const [before, after] = [from, to].map(({ sequence }) => ({ position: String(sequence) }))
        await audit(executorOf(client), { action: 'conversion_group.moved', target: `conversion_group:${id}`, before: before ?? null, after: after ?? null })
        await moveGroup(client, { tenantId, groupId: id, to })
      }),
  }
}

type Listing = { readonly pool: Pool; readonly cursorsOf: (tenantId: string, question: string) => PositionCursors }

/** Who sees all of the log sees the groups of those who see a part, too. */
async function listFor(identity: Identity, { pool, cursorsOf }: Listing): Promise<readonly GroupValue[]> {
  const tenantId = requireTenant(identity)
  const own = scopeOf(identity)
  const groups = await withTenant(pool, tenantId, async (client) =>
    listGroups(client, { tenantId, scope: own === '' ? null : own, head: await readHeadIn(client, tenantId) }),
  )
  return groups.map((group) => ({
    ...group,
    question: describeQuestion(group.conditions),
    isOwn: group.scope === own,
    cursor: cursorsOf(tenantId, group.question).seal(group),
  }))
}
