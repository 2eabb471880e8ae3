import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** A planned marketing effort whose touchpoints share one budget. */
export const Campaign = defineEntity({
  name: 'Campaign',
  tableName: 'campaigns',
  properties: {
    tenantId: p.uuid().primary(),
    /** The ad network's own word. */
    id: p.text().primary(),
    name: p.text(),
    status: p.text(),
    /** Decimal text; null, with its currency, when none was set. */
    budgetAmount: p.decimal().nullable(),
    budgetCurrency: p.text().nullable(),
    channel: p.text().nullable(),
    partnerId: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  filters: tenantFilter,
})
export type Campaign = InferEntity<typeof Campaign>
