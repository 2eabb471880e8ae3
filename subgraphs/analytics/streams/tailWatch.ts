import { listenForMessages, type Listener } from '#db/outbox/listen.ts'
import type { Logger } from '#ops/logging.ts'
import { createTail, type Tail } from './tail.ts'

export type TailWatchOptions<Head> = {
  /** Where notices come from; their payload is the id of the tenant, '' of all. */
  readonly channel: string
  readonly read: (tenantId: string) => Promise<Head>
  readonly isNewer: (found: Head, known: Head) => boolean
  /** A connection of its own for LISTEN; null polls alone. */
  readonly listenUrl: string | null
  readonly log: Logger
  /** How often it looks without being woken. Default 1000. */
  readonly pollMs?: number
}

/** One reader's view of what is new of its tenant's. */
export type Watched<Head> = {
  /** The newest head that is known. */
  readonly head: () => Head
  readonly release: () => void
}

export type TailWatch<Head> = {
  /** Calls `wake` whenever the head is a newer one. It is as new as the call. */
  readonly watch: (tenantId: string, wake: () => void) => Promise<Watched<Head>>
  /** Readers that have not let go yet. */
  readonly readers: () => number
  readonly stop: () => Promise<void>
}

const POLL_MS = 1_000

/**
 * Knows what is newest of each tenant that somebody watches: one connection that listens and one poll for the whole process, one question per tenant
 * however many watch it. With the last of them connection and poll end too.
 */
export function createTailWatch<Head>({ channel, read, isNewer, listenUrl, log, pollMs = POLL_MS }: TailWatchOptions<Head>): TailWatch<Head> {
  const tails = new Map<string, Tail<Head>>()
  let listener: Listener | null = null
  let timer: NodeJS.Timeout | null = null

  function refreshAll(): void {
    for (const tail of tails.values()) refreshLater(tail)
  }

  // Where nobody waits for it a failure is the next poll's to mend.
  function refreshLater(tail: Tail<Head>): void {
    tail.refresh().catch((error: unknown) => log.debug({ err: error, channel }, 'what is new could not be read'))
  }

  function hear(tenantId: string): void {
    const tail = tails.get(tenantId)
    if (tail !== undefined) refreshLater(tail)
    else if (tenantId === '') refreshAll()
  }

  function begin(): void {
    timer ??= setInterval(refreshAll, pollMs)
    if (listenUrl !== null) listener ??= listenForMessages({ url: listenUrl, channel, onMessage: hear, log })
  }

  async function end(): Promise<void> {
    if (timer !== null) clearInterval(timer)
    timer = null
    const ended = listener
    listener = null
    await ended?.stop()
  }

  function release(tenantId: string, { tail, wake }: { readonly tail: Tail<Head>; readonly wake: () => void }): void {
    tail.readers.delete(wake)
    if (tail.readers.size === 0 && tails.get(tenantId) === tail) tails.delete(tenantId)
    if (tails.size === 0) void end()
  }

  async function watch(tenantId: string, wake: () => void): Promise<Watched<Head>> {
    const tail = tails.get(tenantId) ?? createTail({ read: () => read(tenantId), isNewer })
    tails.set(tenantId, tail)
    // A reader is known by a function of its own, whatever it was given.
    const own = (): void => wake()
    tail.readers.add(own)
    begin()
    try {
      await tail.refresh()
    } catch (error) {
      release(tenantId, { tail, wake: own })
      throw error
    }
    return {
      head: () => {
        const head = tail.head()
        if (head === null) throw new Error('What is watched has a head.')
        return head
      },
      release: () => release(tenantId, { tail, wake: own }),
    }
  }

  return {
    watch,
    readers: () => [...tails.values()].reduce((sum, { readers }) => sum + readers.size, 0),
    stop: async () => {
      tails.clear()
      await end()
    },
  }
}
