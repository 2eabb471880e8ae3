import { builder } from './builder.ts'

/** The tenant as auth knows it: by its id. Everything else of it belongs to the tenant subgraph. */
export const TenantRef = builder.externalRef('Tenant', builder.keyDirective(builder.selection<{ id: string }>('id'), false)).implement({
  description: 'Who owns the data.',
  externalFields: (t) => ({ id: t.id({ nullable: false, description: 'The id that keys and rows carry.' }) }),
})
