import { builder } from '../builder.ts'
import { MAX_IN_FLIGHT } from '../streams/groupArguments.ts'
import { MAX_REASON_LENGTH } from '../streams/rejectConversion.ts'
import { MAX_FIRST } from '../streams/streams.ts'
import { ConversionGroupRef } from './conversionGroups.ts'
import { ConversionBatchRef, ConversionConnectionRef } from './conversionTypes.ts'
import { StreamPositionRef } from './enums.ts'
import { IDFilterRef, NumberFilterRef, StringFilterRef } from './inputs.ts'

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

builder.queryField('conversionGroups', (t) =>
  t.field({
    type: [ConversionGroupRef],
    nullable: true,
    needs: 'conversions:read',
    description:
      'The groups that read the log, by name: who sees all of it sees every group of the tenant, a key that sees a part those that see the same part.',
    resolve: async (_root, _args, { streams, identity }) => [...(await streams.groups.list(identity))],
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
      group: t.arg.string({
        description:
          'The name of a group: its members share the entries, each gets what no other has, until acknowledgeConversions or until it ends. The position is stored; after and from are for its first reader.',
      }),
      where: t.arg({ type: ConversionFilterRef, description: 'Which of them.' }),
      maxInFlight: t.arg.int({ required: true, defaultValue: 1000, description: `With group: at most this many unacknowledged, 1 to ${MAX_IN_FLIGHT}.` }),
    },
    subscribe: (_root, args, { streams, identity }) => streams.subscribe(args, identity),
    resolve: (batch) => batch,
  }),
)

const AcknowledgePayloadRef = builder.objectRef<{ readonly cursor: string }>('AcknowledgePayload').implement({
  description: 'How far a group has come.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Everything up to it is acknowledged; the entry behind it is the first that is not.',
      resolve: ({ cursor }) => cursor,
    }),
  }),
})

const RejectedConversionRef = builder.objectRef<{ readonly ids: readonly string[] }>('RejectConversionPayload').implement({
  description: 'A conversion that was taken back.',
  fields: (t) => ({ ids: t.idList({ description: 'The entries that take it back, in the order of the log.', resolve: ({ ids }) => [...ids] }) }),
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
    description:
      'Says that everything up to the cursor is dealt with: with a cursor of a batch or an entry of the group all that this member was given until then, with one of the query all of the group. It never comes again; saying it twice changes nothing.',
    args: {
      group: t.arg.string({ required: true, description: 'The name of the group.' }),
      cursor: t.arg({ type: 'Cursor', required: true, description: 'The last entry dealt with.' }),
    },
    resolve: async (_root, args, { streams, identity }) => ({ cursor: await streams.groups.acknowledge(args, identity) }),
  }),
  removeConversionGroup: t.boolean({
    nullable: true,
    needs: 'conversions:read',
    description: 'Forgets a group that nobody reads, with its position.',
    args: { name: t.arg.string({ required: true, description: 'Its name.' }) },
    resolve: (_root, { name }, { streams, identity, audit }) => streams.groups.remove(name, identity, audit),
  }),
  moveConversionGroup: t.boolean({
    nullable: true,
    needs: 'conversions:read',
    description: 'Puts a group that nobody reads to another place of the log: what lies behind it comes, again or not at all.',
    args: {
      name: t.arg.string({ required: true, description: 'Its name.' }),
      to: t.arg({ type: StreamStartRef, required: true, description: 'Where it goes on.' }),
    },
    resolve: (_root, { name, to }, { streams, identity, audit }) => streams.groups.move(name, identity, { to, audit }),
  }),
  rejectConversion: t.field({
    type: RejectedConversionRef,
    nullable: true,
    needs: 'tenant:write',
    description:
      'Takes a conversion back as fraud, with its refunds: entries with the revenue negated and the reason FRAUD follow in the log, so that the sum of whoever was credited is right. The analyses are as they were.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of its entry.' }),
      reason: t.arg.string({ required: true, description: `Why, for the audit log; 1 to ${MAX_REASON_LENGTH} characters.` }),
    },
    resolve: async (_root, args, { streams, identity, audit }) => ({ ids: await streams.reject(args, identity, audit) }),
  }),
  sendTestConversion: t.field({
    type: TestConversionPayloadRef,
    needs: 'tenant:write',
    description: 'Makes up a conversion, to try a stream out: marked as a test, and in no number of the analyses.',
    args: { input: t.arg({ type: TestConversionInputRef, required: true, description: 'What to make up.' }) },
    resolve: async (_root, { input }, { streams, identity, audit }) => ({ id: await streams.sendTest(input, identity, audit) }),
  }),
}))
