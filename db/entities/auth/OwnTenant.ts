import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** What a chooser shows of an account's tenant. Role umg_auth reads it within inAccount, always by the ids of its memberships. */
export const OwnTenant = defineEntity({
  name: 'OwnTenant',
  tableName: 'tenants',
  properties: {
    id: p.uuid().primary(),
    slug: p.text(),
    name: p.text(),
    // The role may not read it. A lazy column makes MikroORM name the others one by one, where it would ask for all with `*`.
    reportingCurrency: p.text().lazy(),
  },
})
export type OwnTenant = InferEntity<typeof OwnTenant>
