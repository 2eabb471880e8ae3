import type { Pool } from 'pg'
import { withSettings } from '#db/pool.ts'

/** A currency on a UTC day, counted from 1970-01-01. */
export type RateQuestion = { readonly currency: string; readonly day: number }
/** Units of the reporting currency for one unit, decimal text; null when none is known within 7 days. */
export type Rate = RateQuestion & { readonly rate: string | null }

/** A rate holds for its own day and this many after it, unless a later one is known. */
export const RATE_VALID_DAYS = 7

const FIND = `SELECT w.currency, w.day, r.rate::text AS rate
  FROM unnest($1::text[], $2::int[]) AS w(currency, day)
  LEFT JOIN LATERAL (
    SELECT e.rate FROM exchange_rates e
    WHERE e.tenant_id = $4::uuid AND e.currency = w.currency AND e.day <= date '1970-01-01' + w.day AND e.day >= date '1970-01-01' + w.day - $3::int
    ORDER BY e.day DESC LIMIT 1) r ON true`

/** The tenant's rates for these currencies and days, in one statement: of the day, else the last known within 7 days. */
export async function findRates(pool: Pool, tenantId: string, questions: readonly RateQuestion[]): Promise<readonly Rate[]> {
  const values = [questions.map(({ currency }) => currency), questions.map(({ day }) => day), RATE_VALID_DAYS, tenantId]
  return withSettings(pool, tenantId, async (client) => (await client.query<Rate>(FIND, values)).rows)
}
