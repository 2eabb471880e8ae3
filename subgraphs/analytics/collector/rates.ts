import type { Rate, RateQuestion } from '#db/ingest/exchangeRates.ts'
import { parseDecimal, type Decimal } from './money.ts'

/** Answers, for a currency and a UTC day, units of the reporting currency; null when none is known. */
export type RateTable = (currency: string, day: number) => Decimal | null

export type RateCacheOptions = {
  readonly find: (tenantId: string, questions: readonly RateQuestion[]) => Promise<readonly Rate[]>
  readonly now: () => number
}

// Rates are set once a day; a correction reaches the collector within a minute.
const KEPT_MS = 60_000
const MAX_KEPT = 100_000

const NO_RATES: RateTable = () => null

/** Rates that were asked for within the last minute are answered from memory; the others of a request in one statement. */
export function createRateCache({ find, now }: RateCacheOptions): (tenantId: string, questions: readonly RateQuestion[]) => Promise<RateTable> {
  const kept = new Map<string, { readonly rate: Decimal | null; readonly until: number }>()
  const keyOf = (tenantId: string, { currency, day }: RateQuestion): string => `${tenantId}:${currency}:${day}`

  return async (tenantId, questions) => {
    if (questions.length === 0) return NO_RATES
    const found = new Map<string, Decimal | null>()
    const missing = new Map<string, RateQuestion>()
    for (const question of questions) {
      const key = keyOf(tenantId, question)
      const entry = kept.get(key)
      if (entry !== undefined && entry.until > now()) found.set(key, entry.rate)
      else missing.set(key, question)
    }
    if (missing.size > 0) {
      for (const { rate, ...question } of await find(tenantId, [...missing.values()])) {
        const key = keyOf(tenantId, question)
        const decimal = rate === null ? null : parseDecimal(rate)
        found.set(key, decimal)
        if (kept.size >= MAX_KEPT) kept.clear()
        kept.set(key, { rate: decimal, until: now() + KEPT_MS })
      }
    }
    return (currency, day) => found.get(keyOf(tenantId, { currency, day })) ?? null
  }
}
