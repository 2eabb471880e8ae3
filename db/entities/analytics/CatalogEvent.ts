import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

export type PropertyType = 'text' | 'number' | 'boolean'

/** An event name that a tenant has sent, with the properties seen on it. */
export const CatalogEvent = defineEntity({
  name: 'CatalogEvent',
  tableName: 'catalog_events',
  properties: {
    tenantId: p.uuid().primary(),
    name: p.text().primary(),
    firstSeen: p.datetime(),
    lastSeen: p.datetime(),
    properties: p.json<Record<string, PropertyType>>(),
  },
  filters: tenantFilter,
})
export type CatalogEvent = InferEntity<typeof CatalogEvent>
