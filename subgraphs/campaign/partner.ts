import { builder } from './builder.ts'
import { readId, readName } from './input.ts'
import type { PartnerRow } from './rows.ts'

export const PartnerRef = builder.objectRef<PartnerRow>('Partner').implement({
  description: 'An ad network, agency or affiliate that brings users. The name is null for an id that this tenant has not described.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The word that events carry, unique in the tenant.' }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
  }),
})

builder.asEntity(PartnerRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.partner.load(String(id)),
})

builder.mutationField('savePartner', (t) =>
  t.field({
    type: PartnerRef,
    needs: 'campaigns:write',
    description: 'Makes a partner or replaces it.',
    args: {
      id: t.arg.id({ required: true, description: 'The word that events carry, 1 to 200 characters.' }),
      name: t.arg.string({ required: true, description: '1 to 200 characters.' }),
    },
    resolve: async (_root, input, { store, loaders }) => {
      const id = readId(input.id, 'id')
      await store.savePartner({ id, name: readName(input.name, 'name') })
      return loaders.partner.clear(id).load(id)
    },
  }),
)
