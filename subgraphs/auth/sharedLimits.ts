import { createHmac } from 'node:crypto'
import { returnAttempts, takeAttempts } from '#db/access/attempts.ts'
import type { EntityManager, MikroORM } from '#db/tenantScope.ts'

/** How often something may be tried in a window of time, which begins with the first attempt and ends as a whole. */
export type Limit = {
  /** Tells its keys from those of other limits. */
  readonly name: string
  readonly attempts: number
  readonly windowMs: number
  /** Whether who comes too often waits longer each time. */
  readonly grows?: boolean
}
/** One of several keys that are tried at once. */
export type Tried = {
  readonly limit: Limit
  readonly key: string
  /** False: it is only told that the key is used up. */
  readonly refuses: boolean
  /** False: it is only looked at. */
  readonly counts: boolean
}
export type Returned = { readonly limit: Limit; readonly key: string; /** All attempts, not one. */ readonly isAll: boolean }

/** A limit of one key. */
export type SharedLimit = {
  /** Counts one attempt; answers null, or the seconds to wait when there are none left. `em`: in the caller's transaction. */
  readonly take: (key: string, em?: EntityManager) => Promise<number | null>
  readonly takeBack: (key: string) => Promise<void>
  readonly forget: (key: string) => Promise<void>
}

export type SharedLimits = {
  /** Counts an attempt of each, or of none when one that refuses is used up. Answers for each null, or the seconds to wait. */
  readonly take: (tried: readonly Tried[], em?: EntityManager) => Promise<readonly (number | null)[]>
  readonly giveBack: (returned: readonly Returned[]) => Promise<void>
  readonly of: (limit: Limit) => SharedLimit
}

export type SharedLimitsOptions = {
  readonly orm: MikroORM
  /** What the marks of keys are made with; processes that share limits share it. */
  readonly secret: string
  readonly now: () => Date
}

/** Who was refused is refused again without a question to PostgreSQL for this long; what another process takes back is noticed after it. */
const REMEMBERED_MS = 2_000
const MAX_REMEMBERED = 50_000

/** Counts attempts in PostgreSQL, so that whoever guesses at several processes has no more attempts than at one. */
export function createSharedLimits({ orm, secret, now }: SharedLimitsOptions): SharedLimits {
  const refusals = new Map<string, { readonly endsAt: number; readonly knownUntil: number }>()
  const markOf = ({ name }: Limit, key: string): string => createHmac('sha256', secret).update(`umg-attempts ${name} ${key}`).digest('hex')

  function remember(marks: readonly string[], waits: readonly (number | null)[], at: number): void {
    for (const [index, mark] of marks.entries()) {
      const wait = waits[index] ?? null
      refusals.delete(mark)
      if (wait !== null) refusals.set(mark, { endsAt: at + wait, knownUntil: at + Math.min(wait, REMEMBERED_MS) })
    }
    for (const mark of refusals.keys()) {
      if (refusals.size <= MAX_REMEMBERED) break
      refusals.delete(mark)
    }
  }

  function recall(mark: string, at: number): number | null {
    const refusal = refusals.get(mark)
    return refusal === undefined || refusal.knownUntil <= at ? null : refusal.endsAt - at
  }

  async function take(tried: readonly Tried[], em: EntityManager = orm.em.fork()): Promise<readonly (number | null)[]> {
    const at = now()
    const marks = tried.map(({ limit, key }) => markOf(limit, key))
    const isRefused = (waits: readonly (number | null)[]) => waits.some((wait, index) => wait !== null && tried[index]?.refuses === true)
    const known = marks.map((mark) => recall(mark, at.getTime()))
    if (isRefused(known)) return known.map(secondsOf)
    const asked = tried.map(({ limit, refuses, counts }, index) => {
      const { attempts: allowed, windowMs, grows = false } = limit
      return { key: marks[index] ?? '', allowed, windowMs, refuses, counts, grows }
    })
    const waits = await takeAttempts(em, at, asked)
    if (isRefused(waits)) remember(marks, waits, at.getTime())
    return waits.map(secondsOf)
  }

  async function giveBack(returned: readonly Returned[]): Promise<void> {
    const given = returned.map(({ limit, key, isAll }) => ({ key: markOf(limit, key), isAll }))
    for (const { key } of given) refusals.delete(key)
    await returnAttempts(orm.em.fork(), now(), given)
  }

  return {
    take,
    giveBack,
    of: (limit) => ({
      take: async (key, em) => (await take([{ limit, key, refuses: true, counts: true }], em))[0] ?? null,
      takeBack: (key) => giveBack([{ limit, key, isAll: false }]),
      forget: (key) => giveBack([{ limit, key, isAll: true }]),
    }),
  }
}

function secondsOf(waitMs: number | null): number | null {
  return waitMs === null ? null : Math.max(1, Math.ceil(waitMs / 1000))
}
