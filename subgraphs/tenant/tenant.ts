import { builder } from './builder.ts'
import { InputCheck, isCurrency, isName } from './input.ts'
import { PlanRef, UsageRef } from './plan.ts'
import type { TenantRow } from './rows.ts'

export const TenantRef = builder.objectRef<TenantRow>('Tenant').implement({
  description: 'Who owns the data. Everything but the id is null for a tenant that is not the viewer’s.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that keys and rows carry.' }),
    slug: t.exposeString('slug', { nullable: true, description: 'The short name in addresses and in the header Umg-Tenant.' }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
    reportingCurrency: t.exposeString('reportingCurrency', { nullable: true, description: 'ISO 4217; every amount is converted into it when it is written.' }),
    plan: t.field({ type: PlanRef, nullable: true, description: 'What it may use.', resolve: ({ plan }) => plan }),
    usage: t.field({ type: UsageRef, nullable: true, description: 'How much of its plan it has used.', resolve: ({ plan }) => plan }),
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

const UpdateTenantInput = builder.inputType('UpdateTenantInput', {
  description: 'What is to be changed; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: '1 to 100 characters.' }),
    reportingCurrency: t.string({
      description: 'ISO 4217; only while there are no events (CONFLICT). Rates of exchange that were set are removed, since they are in the old one.',
    }),
  }),
})

builder.mutationField('updateTenant', (t) =>
  t.field({
    type: TenantRef,
    needs: 'tenant:write',
    description: 'Changes the settings of the tenant of this request.',
    args: { input: t.arg({ type: UpdateTenantInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input }, { store }) => {
      const name = input.name ?? undefined
      const reportingCurrency = input.reportingCurrency ?? undefined
      const check = new InputCheck()
      check.expect(name === undefined || isName(name), 'name', 'must have 1 to 100 characters and no blanks around it')
      check.expect(reportingCurrency === undefined || isCurrency(reportingCurrency), 'reportingCurrency', 'must be a currency of ISO 4217 such as USD')
      check.done()
      return store.updateTenant({ ...(name === undefined ? {} : { name }), ...(reportingCurrency === undefined ? {} : { reportingCurrency }) })
    },
  }),
)
