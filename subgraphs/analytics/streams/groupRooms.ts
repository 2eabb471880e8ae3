import { freeTheDead } from '#db/conversions/groupMembers.ts'
import { lockGroup } from '#db/conversions/groups.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { createPresences, type Held, type Presences } from './presences.ts'

/** What the members of one group in this process share. */
export type GroupRoom = {
  readonly tenantId: string
  readonly groupId: string
  /** One of them takes at a time: the others would only wait in the database. */
  readonly inTurn: Lanes
  /** The end of the log up to which there was nothing left to take; −1n when there may be something. */
  emptyUpTo: bigint
  /** Grows when something was acknowledged or became free. */
  changes: number
  /** As the last look saw it. */
  acknowledgedMs: number | null
  readonly bells: Set<() => void>
}

/** One member's place: alive in the database for as long as the presence is not lost. */
export type Seat = { readonly room: GroupRoom; readonly server: number; readonly isLost: () => boolean; readonly leave: () => void }

export type GroupRooms = Pick<Presences, 'hold' | 'serverAt'> & {
  /** A place in the group; `ring` is called when there may be something to take. */
  readonly enter: (held: Held, seat: { readonly tenantId: string; readonly groupId: string; readonly ring: () => void }) => Seat
  /** Something of the group changed here. */
  readonly wake: (groupId: string) => void
  readonly stop: () => Promise<void>
}

export type GroupRoomsOptions = { readonly pool: Pool; readonly log: Logger; readonly pollMs: number }

/** The groups that are read in this process, and its presence in the databases where they are. */
export function createGroupRooms({ pool, log, pollMs }: GroupRoomsOptions): GroupRooms {
  const rooms = new Map<string, GroupRoom>()
  let timer: NodeJS.Timeout | null = null
  let isLooking = false

  function wake(groupId: string): void {
    const room = rooms.get(groupId)
    if (room === undefined) return
    room.emptyUpTo = -1n
    room.changes += 1
    for (const ring of room.bells) ring()
  }

  const wakeAll = (): void => {
    for (const groupId of rooms.keys()) wake(groupId)
  }
  const presences = createPresences({ pool, log, onNotice: wake, onLost: wakeAll })

  function rest(): void {
    if (timer !== null) clearInterval(timer)
    timer = null
  }

  function enter({ presence, release }: Held, { tenantId, groupId, ring }: Parameters<GroupRooms['enter']>[1]): Seat {
    const room = rooms.get(groupId) ?? { tenantId, groupId, inTurn: createLanes(1), emptyUpTo: -1n, changes: 0, acknowledgedMs: null, bells: new Set() }
    rooms.set(groupId, room)
    const own = (): void => ring()
    room.bells.add(own)
    timer ??= setInterval(() => void lookAround(), pollMs)
    const leave = (): void => {
      if (!room.bells.delete(own)) return
      if (room.bells.size === 0 && rooms.get(groupId) === room) rooms.delete(groupId)
      if (rooms.size === 0) rest()
      release()
    }
    return { room, server: presence.server, isLost: presence.isLost, leave }
  }

  // Notices may be lost, and who is killed sends none.
  async function lookAround(): Promise<void> {
    if (isLooking) return
    isLooking = true
    for (const room of rooms.values()) {
      try {
        if (await hasChanged(room, { pool, presences })) wake(room.groupId)
      } catch (error) {
        log.debug({ err: error }, 'a group could not be looked at')
      }
    }
    isLooking = false
  }

  return {
    hold: presences.hold,
    serverAt: presences.serverAt,
    enter,
    wake,
    stop: async () => {
      rest()
      await presences.stop()
    },
  }
}

/** Whether something is free or was acknowledged since the last look; what the dead had is freed. */
async function hasChanged(room: GroupRoom, { pool, presences }: { readonly pool: Pool; readonly presences: Presences }): Promise<boolean> {
  const { tenantId, groupId } = room
  const { presence, release } = await presences.hold(tenantId)
  try {
    const seen = await room.inTurn(tenantId, () =>
      withTenant(pool, tenantId, async (client) => {
        const group = await lockGroup(client, { tenantId, groupId })
        const { server } = presence
        return group === null ? null : { hasFree: await freeTheDead(client, { tenantId, groupId, server }), acknowledgedMs: group.acknowledgedMs }
      }),
    )
    // Without the group its members find out.
    const isNews = seen === null || seen.hasFree || seen.acknowledgedMs !== room.acknowledgedMs
    room.acknowledgedMs = seen?.acknowledgedMs ?? null
    return isNews
  } finally {
    release()
  }
}
