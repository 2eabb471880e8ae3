import { readKnownUntil } from '#db/analytics/knownUntil.ts'
import type { Pool } from '#db/pool.ts'

/** When questions are asked, and until when everything is known then; that is looked up once for all of a tenant that are asked at it. */
export type Moment = { readonly now: Date; readonly asOf: (tenantId: string) => Promise<Date> }

export function createMoment(pool: Pool, now: Date): Moment {
  const known = new Map<string, Promise<Date>>()
  return {
    now,
    asOf: (tenantId) => {
      const asOf = known.get(tenantId) ?? readAsOf(pool, { tenantId, now })
      known.set(tenantId, asOf)
      return asOf
    },
  }
}

/** Read before the statement runs: what it then sees is at least as new. */
export async function readAsOf(pool: Pool, { tenantId, now }: { readonly tenantId: string; readonly now: Date }): Promise<Date> {
  const knownUntil = await readKnownUntil(pool, tenantId)
  return knownUntil !== null && knownUntil < now ? knownUntil : now
}
