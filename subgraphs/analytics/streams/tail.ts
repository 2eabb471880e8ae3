/** What is newest of one tenant, as far as it is known here, such as the end of its log, and who waits for more. */
export type Tail<Head> = {
  /** null until it was read once. */
  readonly head: () => Head | null
  /** Woken whenever it is a newer one. */
  readonly readers: Set<() => void>
  /** Resolves when the head is as new as this call; calls that come while it is read are answered together by the next reading. */
  readonly refresh: () => Promise<void>
}

export type TailOptions<Head> = { readonly read: () => Promise<Head>; readonly isNewer: (found: Head, known: Head) => boolean }

export function createTail<Head>({ read, isNewer }: TailOptions<Head>): Tail<Head> {
  const readers = new Set<() => void>()
  let head: Head | null = null
  let reading: Promise<void> | null = null
  let isStale = false

  async function readUntilFresh(): Promise<void> {
    try {
      while (isStale) {
        isStale = false
        const found = await read()
        const hasGrown = head === null || isNewer(found, head)
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
