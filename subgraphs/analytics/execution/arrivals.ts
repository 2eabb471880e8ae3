import { arrivedEventsStatement, parseArrivedEvents, readRefusedEvents, type ArrivedEvent, type RefusedEvent } from '#db/analytics/arrivals.ts'
import type { Vault } from '#db/crypto/vault.ts'
import type { Pool } from '#db/pool.ts'
import { requireTenant } from '#ops/service/needs.ts'
import type { Asker } from './answers.ts'
import { send, type QueryRunner } from './runQuery.ts'

export type ArrivalsValue = { readonly events: readonly ArrivedEvent[]; readonly rejected: readonly RefusedEvent[] }

/** What came in last, newest first. */
export type Arrivals = (first: number, asker: Asker) => Promise<ArrivalsValue>

const MINUTE_MS = 60_000
// Whoever watches events come in finds them in the first; only a quiet tenant needs the whole day.
const LOOKS_MS: readonly number[] = [10 * MINUTE_MS, 24 * 60 * MINUTE_MS]

export type ArrivalsOptions = QueryRunner & {
  /** Role umg_app. */
  readonly pool: Pool
  /** Opens rejected events. */
  readonly vault: Vault
  readonly now: () => Date
}

/** Reads the events of the last 24 hours, and the rejected ones; those have no dimensions, so that a key with filters sees none. */
export function createArrivals(options: ArrivalsOptions): Arrivals {
  async function readEvents(first: number, { identity, signal }: Asker): Promise<readonly ArrivedEvent[]> {
    const tenantId = requireTenant(identity)
    let events: readonly ArrivedEvent[] = []
    for (const lookMs of LOOKS_MS) {
      const sinceMs = options.now().getTime() - lookMs
      // wall: arrival-filters
      const statement = arrivedEventsStatement({ tenantId, sinceMs, first, filters: identity.filters })
      events = parseArrivedEvents((await options.queue.run(() => send(options, statement, { tenantId, signal }), { tenantId, signal })).rows)
      if (events.length === first) break
    }
    return events
  }

  return async (first, asker) => {
    const { identity } = asker
    const [events, rejected] = await Promise.all([
      readEvents(first, asker),
      // wall: refusal-filters
      identity.filters.length > 0 ? [] : readRefusedEvents(options.pool, { tenantId: requireTenant(identity), first, vault: options.vault }),
    ])
    return { events, rejected }
  }
}
