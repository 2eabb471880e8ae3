import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { notifyOutbox } from '#db/outbox/append.ts'
import type { Pool } from '#db/pool.ts'

const NOTIFY_EVERY_MS = 100
// Somebody waits for conversions: the first is told at once, those that follow it are told together.
const CONVERSIONS_EVERY_MS = 10

export type Notifier = {
  /** A batch was committed. */
  readonly notify: () => void
  /** Conversions of the tenant were committed. */
  readonly notifyConversions: (tenantId: string) => void
  readonly stop: () => void
}

/** Wakes the relay and the readers of the log some times a second at most, apart from the commits: a notice inside a transaction would serialise them. */
export function createNotifier(pool: Pool): Notifier {
  let timer: NodeJS.Timeout | null = null
  let conversionsTimer: NodeJS.Timeout | null = null
  const tenants = new Set<string>()

  function tellConversions(): void {
    conversionsTimer = null
    if (tenants.size === 0) return
    const told = [...tenants]
    tenants.clear()
    conversionsTimer = setTimeout(tellConversions, CONVERSIONS_EVERY_MS)
    // A notice that is lost costs the readers one poll.
    notifyConversions(pool, told).catch(() => undefined)
  }

  return {
    notify: () => {
      timer ??= setTimeout(() => {
        timer = null
        // A notice that is lost costs the relay one poll.
        notifyOutbox(pool).catch(() => undefined)
      }, NOTIFY_EVERY_MS)
    },
    notifyConversions: (tenantId) => {
      tenants.add(tenantId)
      if (conversionsTimer === null) tellConversions()
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      if (conversionsTimer !== null) clearTimeout(conversionsTimer)
      timer = null
      conversionsTimer = null
    },
  }
}
