import DataLoader from 'dataloader'
import type { StoredSegment } from '#db/analytics/segments.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { builder, type AnalyticsContext } from '../builder.ts'
import { issue } from '../compiler/issues.ts'
import type { SegmentRuleInput } from '../compiler/request.ts'
import { limits } from '../model/limits.ts'
import { FilterRef } from './inputs.ts'
import { TimeUnitRef } from './enums.ts'

const WithinInputRef = builder.inputType('WithinInput', {
  description:
    'When a behaviour counts: either from start until before end, one of which may be left out, or within the last units before the evaluation time. Those are multiples of 24 hours, whatever the local clock does: a week is 7 days, a month 30, a quarter 90, a year 365.',
  fields: (t) => ({
    start: t.field({ type: 'DateTime', description: 'Included.' }),
    end: t.field({ type: 'DateTime', description: 'Not included.' }),
    last: t.int({ description: `How many units, at least 1; together at most ${limits.rangeDays} days.` }),
    unit: t.field({ type: TimeUnitRef, description: 'Of 1 hour, or of days of 24 hours.' }),
  }),
})

const BehaviourInputRef = builder.inputType('BehaviourInput', {
  description: 'Something that a user did so often. To have not done it is atMost: 0.',
  fields: (t) => ({
    event: t.string({ description: 'The name of the event, touches included; any activity, which is no touch and no install, when left out.' }),
    where: t.field({ type: FilterRef, description: 'Which of these events; segments cannot be named in it.' }),
    atLeast: t.int({ description: `How often, 0 to ${limits.behaviourCount}; when left out 1, or 0 where atMost is given.` }),
    atMost: t.int({ description: 'Not more often than that; without a limit when left out.' }),
    within: t.field({ type: WithinInputRef, description: 'When; ever when left out.' }),
    includeRefunds: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether money that is taken back under the name of the event counts as the event; events named refund always do.',
    }),
  }),
})

export const SegmentRuleInputRef = builder.inputRef<SegmentRuleInput>('SegmentRuleInput')
SegmentRuleInputRef.implement({
  isOneOf: true,
  description: `What a user must have done, not done or be: exactly one member. At most ${limits.segmentRules} rules, ${limits.segmentDepth} deep, with ${limits.segmentConditions} conditions in all their filters. Of all known users, who have an event before the evaluation time, those are members that meet it.`,
  fields: (t) => ({
    all: t.field({ type: [SegmentRuleInputRef], description: 'Each must hold; everybody when empty.' }),
    any: t.field({ type: [SegmentRuleInputRef], description: 'One must hold; nobody when empty.' }),
    not: t.field({ type: SegmentRuleInputRef, description: 'Must not hold.' }),
    did: t.field({ type: BehaviourInputRef, description: 'Did this.' }),
    is: t.field({
      type: FilterRef,
      description: "The user's last known values meet the filter: of each dimension and property the value of the latest event that has one.",
    }),
  }),
})

export const SegmentRef = builder.objectRef<StoredSegment>('Segment').implement({
  description:
    'A saved definition of a group of users. Who the members are is told anew by every question that names it; a key sees those whose behaviour it may see.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'What questions name it by.' }),
    name: t.exposeString('name', { description: 'Unique in the tenant, whether its letters are small or capital.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for; null when nothing was said.' }),
    definition: t.field({
      type: 'JSON',
      description: 'As SegmentRuleInput; what has no default and was left out is not there.',
      resolve: (segment) => segment.definition,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was saved first.', resolve: (segment) => segment.createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it was saved last.', resolve: (segment) => segment.updatedAt }),
    frozenAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'The evaluation time of a frozen segment: of the events that had happened and were recorded before it, so that members never change. It lies 10 seconds or more before the freezing, so that no event is on its way. null: as of the question.',
      resolve: (segment) => segment.frozenAt,
    }),
  }),
})

builder.asEntity(SegmentRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, context) => loaderOf(context).load(String(id)),
})

const loaders = new WeakMap<AnalyticsContext, DataLoader<string, StoredSegment | null>>()

/** One for each request; null for whoever may not read, and for an id that the tenant does not have. */
function loaderOf(context: AnalyticsContext): DataLoader<string, StoredSegment | null> {
  const known = loaders.get(context)
  if (known !== undefined) return known
  const loader = new DataLoader<string, StoredSegment | null>(async (ids) => {
    const { identity, engine } = context
    if (identity.tenantId === null || !identity.scopes.includes('analytics:read')) return ids.map(() => null)
    const byId = new Map((await engine.segments.find(identity.tenantId, ids)).map((segment) => [segment.id, segment]))
    return ids.map((id) => byId.get(id.toLowerCase()) ?? null)
  })
  loaders.set(context, loader)
  return loader
}

builder.queryFields((t) => ({
  segments: t.field({
    type: [SegmentRef],
    nullable: true,
    needs: 'analytics:read',
    description: `The tenant's segments by name; it has at most ${limits.savedSegments}.`,
    args: { first: t.arg.int({ required: true, defaultValue: 100, description: `At most this many, 1 to ${limits.savedSegments}.` }) },
    resolve: async (_root, { first }, { engine, identity }) => {
      if (first < 1) throw new BadQueryError([issue('FIRST_TOO_SMALL', ['first'], { first })])
      if (first > limits.savedSegments) throw new BadQueryError([issue('FIRST_TOO_LARGE', ['first'], { first, maxFirst: limits.savedSegments })])
      return [...(await engine.segments.list(requireTenant(identity), first))]
    },
  }),
  segment: t.field({
    type: SegmentRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'One segment; null when the tenant does not have it.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, context) => loaderOf(context).load(id),
  }),
}))

const CreateSegmentInput = builder.inputType('CreateSegmentInput', {
  description: 'A new segment.',
  fields: (t) => ({
    name: t.string({ required: true, description: `1 to ${limits.segmentNameLength} characters, unique in the tenant whether they are small or capital.` }),
    description: t.string({ description: `What it is for; at most ${limits.segmentDescriptionLength} characters.` }),
    definition: t.field({ type: SegmentRuleInputRef, required: true, description: 'Who its members are.' }),
    isFrozen: t.boolean({ required: true, defaultValue: false, description: 'Whether its members are those of now for ever.' }),
  }),
})

const UpdateSegmentInput = builder.inputType('UpdateSegmentInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    name: t.string({ description: 'As in CreateSegmentInput.' }),
    description: t.string({ description: 'As in CreateSegmentInput; null takes it away.' }),
    definition: t.field({
      type: SegmentRuleInputRef,
      description: 'The whole definition. That of a frozen segment can only be changed together with isFrozen: false.',
    }),
    isFrozen: t.boolean({ description: 'true freezes the members as of now, unless they are frozen already; false lets them move on.' }),
  }),
})

builder.mutationFields((t) => ({
  createSegment: t.field({
    type: SegmentRef,
    needs: 'segments:write',
    description: 'Saves a definition. segmentSize tells before how many it is of.',
    args: { input: t.arg({ type: CreateSegmentInput, required: true, description: 'The segment.' }) },
    resolve: (_root, { input }, { engine, identity, audit }) => engine.segments.create(requireTenant(identity), input, audit),
  }),
  updateSegment: t.field({
    type: SegmentRef,
    needs: 'segments:write',
    description: 'Changes a segment, for every question that names it from then on.',
    args: {
      id: t.arg.id({ required: true, description: 'Which one.' }),
      input: t.arg({ type: UpdateSegmentInput, required: true, description: 'What changes.' }),
    },
    resolve: (_root, { id, input }, { engine, identity, audit }) => engine.segments.update({ tenantId: requireTenant(identity), id }, input, audit),
  }),
  deleteSegment: t.field({
    type: 'ID',
    needs: 'segments:write',
    description: 'Takes a segment away and answers its id. Questions that name it then have the issue UNKNOWN_SEGMENT.',
    args: { id: t.arg.id({ required: true, description: 'Which one.' }) },
    resolve: async (_root, { id }, { engine, identity, audit }) => {
      await engine.segments.remove({ tenantId: requireTenant(identity), id }, audit)
      return id
    },
  }),
}))
