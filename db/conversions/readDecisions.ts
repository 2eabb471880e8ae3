import { z } from 'zod'
import { withTenant, type Pool } from '../pool.ts'
import { decisionSchema } from './appendLog.ts'
import { DAY_MS, slotsBetween } from './days.ts'
import type { Decision } from './decide.ts'

/** An event of the user as the analyses know it; the log knows events by a hash that only the collector can make. */
export type LoggedEvent = { readonly event: string; readonly appId: string; readonly occurredAt: Date; readonly recordedAt: Date }

const rowSchema = z.object({ event: z.string(), appId: z.string(), occurredAtMs: z.number(), decision: decisionSchema })

// Of two conversions of one name in one app at the same millisecond nothing but the hash tells which is which: the later entry is taken.
const FIND = {
  name: 'conversions-find-decisions',
  text: `SELECT event, app_id::text AS "appId", round(extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAtMs", decision
         FROM conversion_log
         WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND user_id = $3 AND kind = 'conversion'
           AND occurred_at >= to_timestamp($4::float8 / 1000) AND occurred_at <= to_timestamp($5::float8 / 1000)
         ORDER BY sequence`,
}

/** How the conversions of one user were decided when they entered the log; nothing of those that never did, or that retention took away. */
export async function readDecisions(
  pool: Pool,
  { tenantId, userId, events }: { readonly tenantId: string; readonly userId: string; readonly events: readonly LoggedEvent[] },
): Promise<ReadonlyMap<LoggedEvent, Decision>> {
  if (events.length === 0) return new Map()
  // An entry is recorded when its batch is committed, some moments after the event was.
  const slots = [...new Set(events.flatMap(({ recordedAt }) => slotsBetween(recordedAt.getTime(), recordedAt.getTime() + DAY_MS)))]
  const times = events.map(({ occurredAt }) => occurredAt.getTime())
  const values = [tenantId, slots, userId, Math.min(...times), Math.max(...times)]
  const { rows } = await withTenant(pool, tenantId, (client) => client.query({ ...FIND, values }))
  const keyOf = (event: string, appId: string, atMs: number): string => JSON.stringify([event, appId, atMs])
  const decisions = new Map(
    z
      .array(rowSchema)
      .parse(rows)
      .map((row) => [keyOf(row.event, row.appId, row.occurredAtMs), row.decision]),
  )
  return new Map(
    events.flatMap((each): (readonly [LoggedEvent, Decision])[] => {
      const decision = decisions.get(keyOf(each.event, each.appId, each.occurredAt.getTime()))
      return decision === undefined ? [] : [[each, decision]]
    }),
  )
}
