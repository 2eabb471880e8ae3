import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** What a user saw: a picture, video or text. */
export const Creative = defineEntity({
  name: 'Creative',
  tableName: 'creatives',
  properties: {
    tenantId: p.uuid().primary(),
    /** The ad network's own word. */
    id: p.text().primary(),
    name: p.text(),
  },
  filters: tenantFilter,
})
export type Creative = InferEntity<typeof Creative>
