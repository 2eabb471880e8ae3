import { builder } from './builder.ts'
import type { TenantRow } from './rows.ts'

export const TenantRef = builder.objectRef<TenantRow>('Tenant').implement({
  description: 'Who owns the data. Everything but the id is null for a tenant that is not the viewer’s.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that keys and rows carry.' }),
    slug: t.exposeString('slug', { nullable: true, description: 'The short name in addresses and in the header Umg-Tenant.' }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
    reportingCurrency: t.exposeString('reportingCurrency', { nullable: true, description: 'ISO 4217; every amount is converted into it when it is written.' }),
  }),
})

builder.asEntity(TenantRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.tenant.load(String(id)),
})

builder.queryField('tenant', (t) =>
  t.field({
    type: TenantRef,
    nullable: true,
    needs: 'tenant:read',
    description: 'The tenant of this request; null for an account that is a member of none.',
    resolve: (_root, _arguments, { identity, loaders }) => (identity.tenantId === null ? null : loaders.tenant.load(identity.tenantId)),
  }),
)
