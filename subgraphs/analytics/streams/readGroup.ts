import { randomUUID } from 'node:crypto'
import { freeTheDead, joinGroup, leaveGroup } from '#db/conversions/groupMembers.ts'
import { takeLease, type Taken } from '#db/conversions/groupLeases.ts'
import { notifyGroup } from '#db/conversions/groupPresence.ts'
import { lockGroup } from '#db/conversions/groups.ts'
import type { LogCondition } from '#db/conversions/logFilter.ts'
import type { LogPage, LogPosition } from '#db/conversions/readLog.ts'
import { withTenant, type PoolClient } from '#db/pool.ts'
import { createAlarm, type Alarm } from '#ops/alarm.ts'
import { failure } from '#ops/service/errors.ts'
import { isPostgresUnavailable } from '#ops/service/postgresErrors.ts'
import type { GroupRooms, Seat } from './groupRooms.ts'
import type { Watched } from './logWatch.ts'
import type { Given } from './positions.ts'
import { BATCH_ENTRIES, type StreamDependencies } from './readStream.ts'

const RETRY_MS = 1_000

export type GroupDependencies = StreamDependencies & { readonly rooms: GroupRooms }
export type GroupQuestion = {
  readonly tenantId: string
  readonly groupId: string
  readonly conditions: readonly LogCondition[]
  readonly maxInFlight: number
}
export type GroupPage = LogPage & { readonly given: Given }

/** A member of a group: it takes batches until it ends. */
export type GroupMember = {
  /** Like `readStream`, but each batch is this member's alone until it is acknowledged or the member ends. */
  readonly read: (
    start: LogPosition,
    reading: { readonly watched: Watched; readonly bell: Alarm; readonly signal: AbortSignal },
  ) => AsyncGenerator<GroupPage, void>
  /** What it has not acknowledged is free. Resolves when the database knows; tries until then, or until the presence is lost, which says the same. */
  readonly end: () => Promise<void>
}

type Membership = { readonly memberId: string; readonly seat: Seat }

/** Adds a member in the transaction that `prepare` begins with the group's lock, or throws what speaks against it. */
export async function enterGroup(
  dependencies: GroupDependencies,
  question: Omit<GroupQuestion, 'groupId'>,
  { ring, prepare }: { readonly ring: () => void; readonly prepare: (client: PoolClient) => Promise<string> },
): Promise<{ readonly groupId: string; readonly member: GroupMember }> {
  const { tenantId } = question
  const { groupId, membership } = await enter(dependencies, { tenantId, ring, prepare })
  return { groupId, member: createMember(dependencies, { question: { ...question, groupId }, first: membership, ring }) }
}

type Entering = { readonly tenantId: string; readonly ring: () => void; readonly prepare: (client: PoolClient) => Promise<string> }

async function enter({ pool, rooms }: GroupDependencies, { tenantId, ring, prepare }: Entering) {
  const memberId = randomUUID()
  const held = await rooms.hold(tenantId)
  try {
    const { server } = held.presence
    const groupId = await withTenant(pool, tenantId, async (client) => {
      const found = await prepare(client)
      // What the dead left comes before what is new.
      await freeTheDead(client, { tenantId, groupId: found, server })
      await joinGroup(client, { tenantId, groupId: found, memberId, server })
      return found
    })
    return { groupId, membership: { memberId, seat: rooms.enter(held, { tenantId, groupId, ring }) } }
  } catch (error) {
    held.release()
    throw error
  }
}

type Creating = { readonly question: GroupQuestion; readonly first: Membership; readonly ring: () => void }

function createMember(dependencies: GroupDependencies, { question, first, ring }: Creating): GroupMember {
  const { pool, log, rooms } = dependencies
  const { tenantId, groupId } = question
  const over = new AbortController()
  let membership = first

  /** The database forgot us, so what we had is others': we go on as a new member. */
  async function enterAgain(): Promise<void> {
    membership.seat.leave()
    const prepare = async (client: PoolClient): Promise<string> => {
      if ((await lockGroup(client, { tenantId, groupId })) === null) throw failure('NOT_FOUND', { what: 'group' })
      return groupId
    }
    const entered = await enter(dependencies, { tenantId, ring, prepare })
    ;({ membership } = entered)
    if (over.signal.aborted) await leave()
  }

  async function leave(): Promise<void> {
    const { memberId, seat } = membership
    while (!seat.isLost()) {
      try {
        await withTenant(pool, tenantId, async (client) => {
          if ((await lockGroup(client, { tenantId, groupId })) === null) return
          await leaveGroup(client, { tenantId, groupId, memberId })
          await notifyGroup(client, groupId)
        })
        break
      } catch (error) {
        log.warn({ err: error, tenantId }, 'a member could not leave its group; it tries again')
        await createAlarm().wait(RETRY_MS)
      }
    }
    seat.leave()
    rooms.wake(groupId)
  }

  return {
    read: (start, reading) => readAs(dependencies, { question, start, membership: () => membership, enterAgain, ...reading }),
    end: () => {
      over.abort()
      return leave()
    },
  }
}

type Reading = {
  readonly question: GroupQuestion
  readonly start: LogPosition
  readonly membership: () => Membership
  readonly enterAgain: () => Promise<void>
  readonly watched: Watched
  readonly bell: Alarm
  readonly signal: AbortSignal
}

async function* readAs(dependencies: GroupDependencies, reading: Reading): AsyncGenerator<GroupPage, void> {
  const { log } = dependencies
  const { question, start, membership, enterAgain, watched, bell, signal } = reading
  const { tenantId, groupId } = question
  signal.addEventListener('abort', bell.ring)
  let delivery = 0
  let isGone = false
  /** What the room had seen when as much was unacknowledged as may be. */
  let fullAt = -1
  yield { entries: [], position: start, gap: null, given: { groupId, memberId: membership().memberId, delivery } }
  while (!signal.aborted) {
    bell.reset()
    try {
      if (isGone || membership().seat.isLost()) {
        await enterAgain()
        delivery = 0
        fullAt = -1
        isGone = false
        continue
      }
      const { memberId, seat } = membership()
      const head = watched.head()
      const { changes } = seat.room
      if (fullAt === changes || seat.room.emptyUpTo >= head.sequence) {
        await bell.wait(null)
        continue
      }
      const taken = await take(dependencies, { question, membership: membership(), head, delivery: delivery + 1 })
      isGone = taken.kind === 'gone'
      if (taken.kind === 'full') fullAt = changes
      if (taken.kind === 'nothing' && seat.room.changes === changes) seat.room.emptyUpTo = head.sequence
      if (taken.kind !== 'batch') continue
      delivery += 1
      const { entries, position, gap } = taken
      yield { entries, position, gap, given: { groupId, memberId, delivery } }
    } catch (error) {
      if (!isPostgresUnavailable(error)) throw error
      log.warn({ err: error, tenantId }, 'a group of the log cannot be read now; its member waits')
      await bell.wait(RETRY_MS)
    }
  }
}

type TakingTurn = { readonly question: GroupQuestion; readonly membership: Membership; readonly head: LogPosition; readonly delivery: number }

async function take({ pool, inLane, now }: GroupDependencies, { question, membership, head, delivery }: TakingTurn): Promise<Taken> {
  const { tenantId, groupId, conditions, maxInFlight } = question
  const { memberId, seat } = membership
  return seat.room.inTurn(tenantId, () => {
    if (seat.room.emptyUpTo >= head.sequence) return Promise.resolve<Taken>({ kind: 'nothing' })
    const taking = { tenantId, groupId, memberId, conditions, head, delivery, maxInFlight, maxEntries: BATCH_ENTRIES, nowMs: now() }
    return inLane(tenantId, () => withTenant(pool, tenantId, (client) => takeLease(client, taking)))
  })
}
