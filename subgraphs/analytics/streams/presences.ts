import { openPresence, type Presence } from '#db/conversions/groupPresence.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import { failure } from '#ops/service/errors.ts'

export type Held = { readonly presence: Presence; readonly release: () => void }

export type Presences = {
  /** This process as it is known where the tenant's rows are; let go of it when it is not used. */
  readonly hold: (tenantId: string) => Promise<Held>
  /** The server that this process is there; 0 when nobody holds that. */
  readonly serverAt: (tenantId: string) => Promise<number>
  readonly stop: () => Promise<void>
}

export type PresencesOptions = { readonly pool: Pool; readonly log: Logger; readonly onNotice: (groupId: string) => void; readonly onLost: () => void }

type House = { readonly url: string; readonly opening: Promise<Presence>; holders: number }

/** One presence in each database that somebody here reads groups of, for as long as anybody does. */
export function createPresences({ pool, log, onNotice, onLost }: PresencesOptions): Presences {
  const houses = new Map<string, House>()
  let isStopped = false

  async function urlOf(tenantId: string): Promise<string> {
    const { connectionString } = (pool.route === undefined ? pool : await pool.route(tenantId)).options
    if (connectionString === undefined) throw new Error('A pool is made with a URL.')
    return connectionString
  }

  function open(url: string): House {
    const forget = (): void => {
      if (houses.get(url) === house) houses.delete(url)
      onLost()
    }
    const house: House = { url, opening: openPresence({ url, onNotice, onLost: forget, log }), holders: 0 }
    house.opening.catch(forget)
    return house
  }

  function leave(house: House): void {
    house.holders -= 1
    if (house.holders > 0) return
    if (houses.get(house.url) === house) houses.delete(house.url)
    house.opening.then((presence) => presence.close()).catch(() => undefined)
  }

  return {
    hold: async (tenantId) => {
      const url = await urlOf(tenantId)
      if (isStopped) throw failure('DOWNSTREAM_UNAVAILABLE', { name: 'analytics' })
      const house = houses.get(url) ?? open(url)
      houses.set(url, house)
      house.holders += 1
      let hasReleased = false
      const release = (): void => {
        if (!hasReleased) leave(house)
        hasReleased = true
      }
      try {
        return { presence: await house.opening, release }
      } catch (error) {
        release()
        throw error
      }
    },
    serverAt: async (tenantId) => {
      const presence = await houses.get(await urlOf(tenantId))?.opening
      return presence?.server ?? 0
    },
    stop: async () => {
      isStopped = true
      const all = [...houses.values()]
      houses.clear()
      await Promise.all(all.map(({ opening }) => opening.then((presence) => presence.close()).catch(() => undefined)))
    },
  }
}
