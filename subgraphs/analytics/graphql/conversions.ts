import { builder } from '../builder.ts'
import { MAX_FIRST } from '../streams/streams.ts'
import { ConversionBatchRef, ConversionConnectionRef } from './conversionTypes.ts'
import { StreamPositionRef } from './enums.ts'
import { IDFilterRef, NumberFilterRef, StringFilterRef } from './inputs.ts'
import { notAvailable, unreached } from './notAvailable.ts'

export const StreamStartRef = builder.inputType('StreamStart', {
  isOneOf: true,
  description: 'Where a stream begins.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'With the first entry recorded then or later; not in the future.' }),
    position: t.field({ type: StreamPositionRef, description: 'At one end of the log.' }),
  }),
})

export const ConversionFilterRef = builder.inputType('ConversionFilter', {
  description: 'All members must hold. A key cannot filter by what it sees as null.',
  fields: (t) => ({
    event: t.field({ type: StringFilterRef, description: 'The name of the event.' }),
    app: t.field({ type: IDFilterRef, description: 'The app.' }),
    campaign: t.field({ type: IDFilterRef, description: 'The campaign it is credited to.' }),
    partner: t.field({ type: IDFilterRef, description: 'The partner it is credited to.' }),
    country: t.field({ type: StringFilterRef, description: 'The country.' }),
    revenue: t.field({ type: NumberFilterRef, description: 'In the reporting currency.' }),
  }),
})

builder.queryField('conversions', (t) =>
  t.field({
    type: ConversionConnectionRef,
    nullable: true,
    needs: 'conversions:read',
    description: "The tenant's log of conversions, oldest first; without `after` from the oldest entry that is kept.",
    args: {
      first: t.arg.int({ required: true, defaultValue: 100, description: `At most this many, 1 to ${MAX_FIRST}.` }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended; also from a batch of the subscription with the same filter.' }),
      where: t.arg({ type: ConversionFilterRef, description: 'Which of them.' }),
    },
    resolve: (_root, args, { streams, identity }) => streams.page(args, identity),
  }),
)

builder.subscriptionField('conversions', (t) =>
  t.field({
    type: ConversionBatchRef,
    nullable: true,
    needs: 'conversions:read',
    description:
      "At most one of after, from and group's stored position says where to begin; none means from the end. What is kept comes first, then what happens.",
    args: {
      after: t.arg({ type: 'Cursor', description: 'Begin after this entry.' }),
      from: t.arg({ type: StreamStartRef, description: 'Begin here.' }),
      group: t.arg.string({ description: 'The name of a group, whose position is stored. Not available yet.' }),
      where: t.arg({ type: ConversionFilterRef, description: 'Which of them.' }),
      maxInFlight: t.arg.int({ required: true, defaultValue: 1000, description: 'With group: at most this many unacknowledged.' }),
    },
    subscribe: (_root, args, { streams, identity }) => streams.subscribe(args, identity),
    resolve: (batch) => batch,
  }),
)

const AcknowledgePayloadRef = builder.objectRef<never>('AcknowledgePayload').implement({
  description: 'How far a group has come.',
  fields: (t) => ({ cursor: t.field({ type: 'Cursor', description: 'The last acknowledged.', resolve: unreached }) }),
})

const TestConversionPayloadRef = builder.objectRef<{ readonly id: string }>('TestConversionPayload').implement({
  description: 'A conversion that was made up.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'Its id in the log.' }) }),
})

const TestConversionInputRef = builder.inputType('TestConversionInput', {
  description: 'A conversion to make up.',
  fields: (t) => ({
    event: t.string({ required: true, description: 'The name of the event; it need not be a conversion of any app.' }),
    partner: t.id({ description: 'Whose it is to be; left out: nobody’s.' }),
  }),
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
    description: 'Makes up a conversion, to try a stream out: marked as a test, and in no number of the analyses.',
    args: { input: t.arg({ type: TestConversionInputRef, required: true, description: 'What to make up.' }) },
    resolve: async (_root, { input }, { streams, identity, audit }) => ({ id: await streams.sendTest(input, identity, audit) }),
  }),
}))
