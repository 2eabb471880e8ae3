import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** A part of a campaign with its own audience. */
export const AdGroup = defineEntity({
  name: 'AdGroup',
  tableName: 'ad_groups',
  properties: {
    tenantId: p.uuid().primary(),
    /** The ad network's own word. */
    id: p.text().primary(),
    name: p.text(),
    campaignId: p.text().nullable(),
  },
  filters: tenantFilter,
})
export type AdGroup = InferEntity<typeof AdGroup>
