import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A host name that leads to one tenant. Global. */
export const Domain = defineEntity({
  name: 'Domain',
  tableName: 'domains',
  properties: {
    domain: p.text().primary(),
    tenantId: p.uuid(),
  },
})
export type Domain = InferEntity<typeof Domain>
