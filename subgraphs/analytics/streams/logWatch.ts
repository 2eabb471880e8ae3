import { CONVERSIONS_CHANNEL } from '#db/conversions/notifyConversions.ts'
import type { LogPosition } from '#db/conversions/readLog.ts'
import { listenForMessages, type Listener } from '#db/outbox/listen.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import { createTail, type Tail } from './tail.ts'

export type LogWatchOptions = {
  readonly pool: Pool
  /** A connection of its own for LISTEN; null polls alone. */
  readonly listenUrl: string | null
  readonly log: Logger
  /** How often it looks without being woken. Default 1000. */
  readonly pollMs?: number
}

/** One reader's view of its tenant's log. */
export type Watched = {
  /** The newest end of the log that is known. */
  readonly head: () => LogPosition
  readonly release: () => void
}

export type LogWatch = {
  /** Calls `wake` whenever the log has grown. Its head is as new as the call. */
  readonly watch: (tenantId: string, wake: () => void) => Promise<Watched>
  /** Readers that have not let go yet. */
  readonly readers: () => number
  readonly stop: () => Promise<void>
}

const POLL_MS = 1_000

/**
 * Knows where the logs end that somebody reads: one connection that listens and one poll for the whole process, one question per tenant however
 * many read its log. With the last reader connection and poll end too.
 */
export function createLogWatch({ pool, listenUrl, log, pollMs = POLL_MS }: LogWatchOptions): LogWatch {
  const tails = new Map<string, Tail>()
  let listener: Listener | null = null
  let timer: NodeJS.Timeout | null = null

  function refreshAll(): void {
    for (const tail of tails.values()) refreshLater(tail)
  }

  // Where nobody waits for it a failure is the next poll's to mend.
  function refreshLater(tail: Tail): void {
    tail.refresh().catch((error: unknown) => log.debug({ err: error }, 'the end of a log could not be read'))
  }

  function hear(tenantId: string): void {
    const tail = tails.get(tenantId)
    if (tail !== undefined) refreshLater(tail)
    else if (tenantId === '') refreshAll()
  }

  function begin(): void {
    timer ??= setInterval(refreshAll, pollMs)
    if (listenUrl !== null) listener ??= listenForMessages({ url: listenUrl, channel: CONVERSIONS_CHANNEL, onMessage: hear, log })
  }

  async function end(): Promise<void> {
    if (timer !== null) clearInterval(timer)
    timer = null
    const ended = listener
    listener = null
    await ended?.stop()
  }

  function release(tenantId: string, { tail, wake }: { readonly tail: Tail; readonly wake: () => void }): void {
    tail.readers.delete(wake)
    if (tail.readers.size === 0 && tails.get(tenantId) === tail) tails.delete(tenantId)
    if (tails.size === 0) void end()
  }

  async function watch(tenantId: string, wake: () => void): Promise<Watched> {
    const tail = tails.get(tenantId) ?? createTail(pool, tenantId)
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
        if (head === null) throw new Error('A watched log has a head.')
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
