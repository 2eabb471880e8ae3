import { builder } from './builder.ts'

/** The account as the tenant knows it: by its id. Everything else of it belongs to the auth subgraph, which tells it to those who may see it. */
export const AccountRef = builder.externalRef('Account', builder.keyDirective(builder.selection<{ id: string }>('id'), false)).implement({
  description: 'Somebody who can log in.',
  externalFields: (t) => ({ id: t.id({ nullable: false, description: 'The id of the account.' }) }),
})
