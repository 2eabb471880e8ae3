import { notifyOutbox } from '#db/outbox/append.ts'
import type { Pool } from '#db/pool.ts'

const NOTIFY_EVERY_MS = 100

export type Notifier = { readonly notify: () => void; readonly stop: () => void }

/** Wakes the relay at most ten times a second, apart from the commits: a notice inside a transaction would serialise them. */
export function createNotifier(pool: Pool): Notifier {
  let timer: NodeJS.Timeout | null = null
  return {
    notify: () => {
      timer ??= setTimeout(() => {
        timer = null
        // A notice that is lost costs the relay one poll.
        notifyOutbox(pool).catch(() => undefined)
      }, NOTIFY_EVERY_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
