import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { PlanName } from '#ops/service/plans.ts'

/** Who owns the data. Its id is the tenant id of every other row. */
export const Tenant = defineEntity({
  name: 'Tenant',
  tableName: 'tenants',
  properties: {
    id: p.uuid().primary(),
    slug: p.text(),
    name: p.text(),
    /** ISO 4217; revenue is converted into it when written. */
    reportingCurrency: p.text(),
    plan: p.text().$type<PlanName>().default('enterprise'),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  filters: { tenant: { name: 'tenant', cond: ({ tenantId }: Readonly<Record<string, unknown>>) => ({ id: tenantId }), default: true } },
})
export type Tenant = InferEntity<typeof Tenant>
