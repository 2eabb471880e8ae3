import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** What one unit of a currency was worth on a UTC day. */
export const ExchangeRate = defineEntity({
  name: 'ExchangeRate',
  tableName: 'exchange_rates',
  properties: {
    tenantId: p.uuid().primary(),
    /** ISO 4217. */
    currency: p.text().primary(),
    /** UTC, YYYY-MM-DD. */
    day: p.date().primary(),
    /** Units of the reporting currency for one unit; decimal text with at most 12 places. */
    rate: p.decimal(),
  },
  filters: tenantFilter,
})
export type ExchangeRate = InferEntity<typeof ExchangeRate>
