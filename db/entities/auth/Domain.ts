import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A host name that leads to one tenant. Global. */
export const Domain = defineEntity({
  name: 'Domain',
  tableName: 'domains',
  properties: {
    domain: p.text().primary(),
    tenantId: p.uuid(),
    /** The tenant's slug; a foreign key keeps it equal to the tenant's own. */
    tenantSlug: p.text(),
  },
})
export type Domain = InferEntity<typeof Domain>
