import { builder } from './builder.ts'
import { readId, readName } from './input.ts'
import type { CreativeRow } from './rows.ts'

export const CreativeRef = builder.objectRef<CreativeRow>('Creative').implement({
  description: 'What a user saw: a picture, video or text. The name is null for an id that this tenant has not described.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The ad network's own word for it, unique in the tenant." }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
  }),
})

builder.asEntity(CreativeRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.creative.load(String(id)),
})

builder.mutationField('saveCreative', (t) =>
  t.field({
    type: CreativeRef,
    needs: 'campaigns:write',
    description: 'Makes a creative or replaces it.',
    args: {
      id: t.arg.id({ required: true, description: "The ad network's own word, 1 to 200 characters." }),
      name: t.arg.string({ required: true, description: '1 to 200 characters.' }),
    },
    resolve: async (_root, input, { store, loaders }) => {
      const id = readId(input.id, 'id')
      await store.saveCreative({ id, name: readName(input.name, 'name') })
      return loaders.creative.clear(id).load(id)
    },
  }),
)
