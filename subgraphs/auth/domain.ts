import type { DomainRow } from './domains.ts'
import { builder } from './builder.ts'

const TenantDomainRef = builder.objectRef<DomainRow>('TenantDomain').implement({
  description: 'A host name that leads to one tenant.',
  inaccessible: true,
  fields: (t) => ({
    domain: t.exposeString('domain', { description: 'The host name in lower case, without a port.' }),
    tenantSlug: t.exposeString('tenantSlug', { description: "The tenant's short name." }),
  }),
})

builder.queryField('tenantDomains', (t) =>
  t.field({
    type: [TenantDomainRef],
    nullable: true,
    inaccessible: true,
    needs: 'sessions:verify',
    description: 'For the gateway alone: which host names lead to which tenants, at most 10,000.',
    resolve: async (_root, _arguments, { auth }) => [...(await auth.domains())],
  }),
)
