import { isAbsent } from '#ops/service/presence.ts'
import { builder, MoneyRef } from './builder.ts'
import { readBudget, readCurrency, readFirst, readId, readName } from './input.ts'
import { PartnerRef } from './partner.ts'
import type { CampaignRow, CampaignStatus } from './rows.ts'

export const CampaignRef = builder.objectRef<CampaignRow>('Campaign').implement({
  description: 'A planned marketing effort whose touchpoints share one budget. Everything but the id is null for an id that this tenant has not described.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The ad network's own word for it, unique in the tenant." }),
    name: t.exposeString('name', { nullable: true, description: 'What people call it.' }),
    status: t.exposeString('status', { nullable: true, description: 'DRAFT, ACTIVE, PAUSED or ENDED.' }),
    budget: t.field({ type: MoneyRef, nullable: true, description: 'Planned spend in all; null when none was set.', resolve: (campaign) => campaign.budget }),
    channel: t.exposeString('channel', { nullable: true, description: 'The channel it runs in, such as paid_social; null when none was set.' }),
    partner: t.field({
      type: PartnerRef,
      nullable: true,
      description: 'Who brings its users; null when none was set.',
      resolve: (campaign, _arguments, { loaders }) => (campaign.partnerId === null ? null : loaders.partner.load(campaign.partnerId)),
    }),
  }),
})

builder.asEntity(CampaignRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.campaign.load(String(id)),
})

const StatusRef = builder.enumType('CampaignStatus', {
  description: 'How far a campaign has come.',
  values: {
    DRAFT: { description: 'Being prepared.' },
    ACTIVE: { description: 'Running.' },
    PAUSED: { description: 'Stopped for now.' },
    ENDED: { description: 'Over.' },
  } satisfies Record<CampaignStatus, { description: string }>,
})

const BudgetInput = builder.inputType('BudgetInput', {
  description: 'Planned spend.',
  fields: (t) => ({
    amount: t.field({ type: 'Decimal', required: true, description: 'In whole units of the currency; not negative, at most 6 decimal places.' }),
    currency: t.string({ required: true, description: 'ISO 4217, such as USD.' }),
  }),
})

const SaveCampaignInput = builder.inputType('SaveCampaignInput', {
  description: 'A campaign as it is to be from now on, whole: what is left out is null.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The ad network's own word, 1 to 200 characters." }),
    name: t.string({ required: true, description: '1 to 200 characters.' }),
    status: t.field({ type: StatusRef, required: true, defaultValue: 'ACTIVE', description: 'How far it has come.' }),
    budget: t.field({ type: BudgetInput, description: 'Planned spend.' }),
    channel: t.string({ description: 'The channel it runs in.' }),
    partner: t.id({ description: 'The id of the partner that brings its users.' }),
  }),
})

builder.queryField('campaigns', (t) =>
  t.field({
    type: [CampaignRef],
    nullable: true,
    needs: 'campaigns:read',
    description: "The tenant's campaigns by name.",
    args: { first: t.arg.int({ required: true, defaultValue: 50, description: 'At most this many, 1 to 500.' }) },
    resolve: (_root, { first }, { store }) => store.listCampaigns(readFirst(first)).then((rows) => [...rows]),
  }),
)

builder.mutationField('saveCampaign', (t) =>
  t.field({
    type: CampaignRef,
    needs: 'campaigns:write',
    description: 'Makes a campaign or replaces it.',
    args: { input: t.arg({ type: SaveCampaignInput, required: true, description: 'The campaign.' }) },
    resolve: async (_root, { input }, { store, loaders }) => {
      const id = readId(input.id, 'id')
      const budget = isAbsent(input.budget)
        ? null
        : { amount: readBudget(input.budget.amount), currency: readCurrency(input.budget.currency, 'budget.currency') }
      const channel = isAbsent(input.channel) ? null : readName(input.channel, 'channel')
      const partnerId = isAbsent(input.partner) ? null : readId(input.partner, 'partner')
      await store.saveCampaign({ id, name: readName(input.name, 'name'), status: input.status, budget, channel, partnerId })
      return loaders.campaign.clear(id).load(id)
    },
  }),
)
