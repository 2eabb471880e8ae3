import { builder, MoneyRef, PageInfoRef } from '../builder.ts'
import { AppRef, CampaignRef, PartnerRef } from './entities.ts'
import { notAvailable, unreached } from './notAvailable.ts'

const AttributionDecisionRef = builder.objectRef<never>('AttributionDecision').implement({
  description: 'To whom an install was given, and why.',
  fields: (t) => ({
    kind: t.string({ description: 'What was decided.', resolve: unreached }),
    matchedBy: t.string({ nullable: true, description: 'By what the touchpoint was found.', resolve: unreached }),
    touchedAt: t.field({ type: 'DateTime', nullable: true, description: 'When the touchpoint was.', resolve: unreached }),
    windowSeconds: t.int({ nullable: true, description: 'The lookback window that held.', resolve: unreached }),
    reason: t.string({ nullable: true, description: 'Why others did not win.', resolve: unreached }),
  }),
})

const ConversionRef = builder.objectRef<never>('Conversion').implement({
  description: "An entry of the tenant's log of conversions.",
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'Its place in the log.', resolve: unreached }),
    id: t.id({ description: 'Unique in the log.', resolve: unreached }),
    sequence: t.field({ type: 'BigInt', nullable: true, description: 'null for partner keys', resolve: unreached }),
    event: t.string({ description: 'The name of the event.', resolve: unreached }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it happened.', resolve: unreached }),
    recordedAt: t.field({ type: 'DateTime', description: 'When it was accepted.', resolve: unreached }),
    userId: t.id({ nullable: true, description: 'Whose it is; null when it may not be seen.', resolve: unreached }),
    revenue: t.field({ type: MoneyRef, nullable: true, description: 'What it brought; null for nothing.', resolve: unreached }),
    country: t.string({ nullable: true, description: 'null when the event said none.', resolve: unreached }),
    platform: t.string({ nullable: true, description: 'null when the event said none.', resolve: unreached }),
    app: t.field({ type: AppRef, nullable: true, description: 'The app in which it happened.', resolve: unreached }),
    campaign: t.field({ type: CampaignRef, nullable: true, description: 'To which it is credited; null for none.', resolve: unreached }),
    partner: t.field({ type: PartnerRef, nullable: true, description: 'To whom it is credited; null for none.', resolve: unreached }),
    decision: t.field({ type: AttributionDecisionRef, nullable: true, description: 'null for what is no install.', resolve: unreached }),
    supersedes: t.id({ nullable: true, description: 'The entry that this one corrects; null for none.', resolve: unreached }),
    isTest: t.boolean({ description: 'Whether it was made by sendTestConversion.', resolve: unreached }),
  }),
})

export const ConversionConnectionRef = builder.objectRef<never>('ConversionConnection').implement({
  description: 'A page of the log.',
  fields: (t) => ({
    nodes: t.field({ type: [ConversionRef], description: 'In the order of the log.', resolve: unreached }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where the page ends.', resolve: unreached }),
  }),
})

const StreamGapRef = builder.objectRef<never>('StreamGap').implement({
  description: 'What retention took away before the first entry.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'From when on it is missing.', resolve: unreached }),
    to: t.field({ type: 'DateTime', description: 'Until before when.', resolve: unreached }),
    reason: t.string({ description: 'Why.', resolve: unreached }),
  }),
})

export const ConversionBatchRef = builder.objectRef<never>('ConversionBatch').implement({
  description: "cursor is the last entry's; gap says what retention took away before the first.",
  fields: (t) => ({
    entries: t.field({ type: [ConversionRef], description: 'In the order of the log.', resolve: unreached }),
    cursor: t.field({ type: 'Cursor', description: "The last entry's.", resolve: unreached }),
    gap: t.field({ type: StreamGapRef, nullable: true, description: 'null when nothing is missing.', resolve: unreached }),
  }),
})

const AcknowledgePayloadRef = builder.objectRef<never>('AcknowledgePayload').implement({
  description: 'How far a group has come.',
  fields: (t) => ({ cursor: t.field({ type: 'Cursor', description: 'The last acknowledged.', resolve: unreached }) }),
})

const TestConversionPayloadRef = builder.objectRef<never>('TestConversionPayload').implement({
  description: 'A conversion that was made up.',
  fields: (t) => ({ id: t.id({ description: 'Its id in the log.', resolve: unreached }) }),
})

const TestConversionInputRef = builder.inputType('TestConversionInput', {
  description: 'A conversion to make up.',
  fields: (t) => ({ event: t.string({ required: true, description: 'The name of the event.' }), partner: t.id({ description: 'Whose it is to be.' }) }),
})

builder.mutationFields((t) => ({
  acknowledgeConversions: t.field({
    type: AcknowledgePayloadRef,
    needs: 'conversions:read',
    description: 'Says that a group has dealt with everything up to the cursor. Not available yet.',
    args: {
      group: t.arg.string({ required: true, description: 'The name of the group.' }),
      cursor: t.arg({ type: 'Cursor', required: true, description: 'The last entry dealt with.' }),
    },
    resolve: () => notAvailable('acknowledgeConversions', 'acknowledgeConversions'),
  }),
  sendTestConversion: t.field({
    type: TestConversionPayloadRef,
    needs: 'tenant:write',
    description: 'Makes up a conversion, to try a stream out. Not available yet.',
    args: { input: t.arg({ type: TestConversionInputRef, required: true, description: 'What to make up.' }) },
    resolve: () => notAvailable('sendTestConversion', 'sendTestConversion'),
  }),
}))
