import { readHead, type LogPosition } from '#db/conversions/readLog.ts'
import type { Pool } from '#db/pool.ts'

/** The end of one tenant's log, as far as it is known here, and who waits for more. */
export type Tail = {
  /** null until it was read once. */
  readonly head: () => LogPosition | null
  /** Woken whenever the log has grown. */
  readonly readers: Set<() => void>
  /** Resolves when the head is as new as this call; calls that come while it is read are answered together by the next reading. */
  readonly refresh: () => Promise<void>
}

export function createTail(pool: Pool, tenantId: string): Tail {
  const readers = new Set<() => void>()
  let head: LogPosition | null = null
  let reading: Promise<void> | null = null
  let isStale = false

  async function readUntilFresh(): Promise<void> {
    try {
      while (isStale) {
        isStale = false
        const found = await readHead(pool, tenantId)
        const hasGrown = head === null || found.sequence > head.sequence
        head = found
        if (hasGrown) for (const wake of readers) wake()
      }
    } finally {
      // In the same step as the last look at isStale: whoever comes after it begins anew.
      reading = null
    }
  }

  return {
    head: () => head,
    readers,
    refresh: () => {
      isStale = true
      reading ??= readUntilFresh()
      return reading
    },
  }
}
