import { isAbsent } from '#ops/service/presence.ts'
import { builder } from './builder.ts'
import { CampaignRef } from './campaign.ts'
import { readId, readName } from './input.ts'
import type { AdGroupRow } from './rows.ts'

export const AdGroupRef = builder.objectRef<AdGroupRow>('AdGroup').implement({
  description: 'A part of a campaign with its own audience. Everything but the id is null for an id that this tenant has not described.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The ad network's own word for it, unique in the tenant." }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
    campaign: t.field({
      type: CampaignRef,
      nullable: true,
      description: 'The campaign it is a part of; null when none was set.',
      resolve: (group, _arguments, { loaders }) => (group.campaignId === null ? null : loaders.campaign.load(group.campaignId)),
    }),
  }),
})

builder.asEntity(AdGroupRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.adGroup.load(String(id)),
})

builder.mutationField('saveAdGroup', (t) =>
  t.field({
    type: AdGroupRef,
    needs: 'campaigns:write',
    description: 'Makes an ad group or replaces it.',
    args: {
      id: t.arg.id({ required: true, description: "The ad network's own word, 1 to 200 characters." }),
      name: t.arg.string({ required: true, description: '1 to 200 characters.' }),
      campaign: t.arg.id({ description: 'The id of its campaign.' }),
    },
    resolve: async (_root, input, { store, loaders }) => {
      const id = readId(input.id, 'id')
      const campaignId = isAbsent(input.campaign) ? null : readId(input.campaign, 'campaign')
      await store.saveAdGroup({ id, name: readName(input.name, 'name'), campaignId })
      return loaders.adGroup.clear(id).load(id)
    },
  }),
)
