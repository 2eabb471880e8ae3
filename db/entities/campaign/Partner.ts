import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** An ad network, agency or affiliate that brings users. */
export const Partner = defineEntity({
  name: 'Partner',
  tableName: 'partners',
  properties: {
    tenantId: p.uuid().primary(),
    /** The ad network's own word. */
    id: p.text().primary(),
    name: p.text(),
  },
  filters: tenantFilter,
})
export type Partner = InferEntity<typeof Partner>
