import { builder, PageInfoRef } from '../builder.ts'
import type { ReasoningValue, TouchCreditValue, TouchReasonValue } from '../execution/reasoning.ts'
import type { TimelineEntryValue, TimelineValue } from '../execution/timeline.ts'
import { limits } from '../model/limits.ts'
import { AttributionDecisionRef } from './conversionTypes.ts'
import { AdGroupRef, AppRef, CampaignRef, CreativeRef, PartnerRef } from './entities.ts'
import { AttributionModelRef } from './enums.ts'

export const reference = (id: string | null) => (id === null ? null : { id })

export const TouchCreditRef = builder.objectRef<TouchCreditValue>('TouchCredit').implement({
  description: 'The credit of one touchpoint for one conversion.',
  fields: (t) => ({
    model: t.field({
      type: AttributionModelRef,
      description: 'How credit is divided; TIME_DECAY with a half-life of 7 days, or of the one asked for.',
      resolve: ({ model }) => model,
    }),
    credit: t.exposeFloat('credit', { description: '0 to 1; of all touchpoints together 1.' }),
  }),
})

const TouchReasonRef = builder.objectRef<TouchReasonValue>('TouchReason').implement({
  description: 'A touch of the user within the 7 days before a conversion.',
  fields: (t) => ({
    id: t.id({ description: 'Of its event.', resolve: ({ touch }) => touch.id }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it was.', resolve: ({ touch }) => touch.occurredAt }),
    kind: t.string({ description: 'click or impression.', resolve: ({ touch }) => touch.touch }),
    channel: t.string({ nullable: true, description: 'null when there is none.', resolve: ({ touch }) => touch.channel }),
    partner: t.field({ type: PartnerRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.partner) }),
    campaign: t.field({ type: CampaignRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.campaign) }),
    ageSeconds: t.exposeFloat('ageSeconds', { description: 'How old it was at the conversion, 0 or more.' }),
    isInLookback: t.boolean({
      description: 'Whether it counts: a click for 7 days and an impression for 1 day, the last instant included.',
      resolve: ({ reason }) => reason === null,
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it does not count; null when it does.' }),
    credits: t.field({
      type: [TouchCreditRef],
      description:
        'By each of the models that follow a rule; none when it does not count, and when the reasoning is truncated. A key that does not see channels is not told LAST_NON_DIRECT.',
      resolve: ({ credits }) => [...credits],
    }),
  }),
})

const ConversionReasoningRef = builder.objectRef<ReasoningValue>('ConversionReasoning').implement({
  description: 'Why a conversion is owed to whom: what was decided when it came in, and what the rule models make of what is known now.',
  fields: (t) => ({
    decision: t.field({
      type: AttributionDecisionRef,
      nullable: true,
      description: "As the log of conversions keeps it; null when it is not there any more, or never was, and for keys that see a part of the tenant's rows.",
      resolve: ({ decision }) => decision,
    }),
    touches: t.field({
      type: [TouchReasonRef],
      description: `The newest first. Of one page of a timeline the newest ${limits.reasonedTouches} are looked at.`,
      resolve: ({ touches }) => [...touches],
    }),
    isTruncated: t.exposeBoolean('isTruncated', {
      description: 'Whether there are older touches in the 7 days that were not looked at; then no credit is told.',
    }),
  }),
})

const TimelineEntryRef = builder.objectRef<TimelineEntryValue>('TimelineEntry').implement({
  description: 'An event of a user. Fields that a key masks are null.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the event as it was sent.' }),
    event: t.exposeString('event', { nullable: true, description: 'Its name.' }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ occurredAt }) => occurredAt }),
    recordedAt: t.field({ type: 'DateTime', description: 'When it was accepted.', resolve: ({ recordedAt }) => recordedAt }),
    touch: t.string({
      nullable: true,
      description: 'click or impression; null for what is no touch.',
      resolve: ({ touch }) => (touch === 'none' ? null : touch),
    }),
    app: t.field({ type: AppRef, nullable: true, description: 'The app in which it happened.', resolve: ({ app }) => reference(app) }),
    platform: t.exposeString('platform', { nullable: true, description: 'null when it said none.' }),
    country: t.exposeString('country', { nullable: true, description: 'null when it said none.' }),
    channel: t.exposeString('channel', { nullable: true, description: 'null when there is none.' }),
    partner: t.field({ type: PartnerRef, nullable: true, description: 'null when there is none.', resolve: ({ partner }) => reference(partner) }),
    campaign: t.field({ type: CampaignRef, nullable: true, description: 'null when there is none.', resolve: ({ campaign }) => reference(campaign) }),
    adGroup: t.field({ type: AdGroupRef, nullable: true, description: 'null when there is none.', resolve: ({ adGroup }) => reference(adGroup) }),
    creative: t.field({ type: CreativeRef, nullable: true, description: 'null when there is none.', resolve: ({ creative }) => reference(creative) }),
    revenue: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'In the reporting currency; negative for a refund, 0 without money.',
      resolve: ({ revenue }) => revenue,
    }),
    isRefund: t.exposeBoolean('isRefund', { description: 'Whether it takes money back.' }),
    properties: t.field({ type: 'JSON', nullable: true, description: 'Its own properties, as texts by name.', resolve: ({ properties }) => properties }),
    attribution: t.field({
      type: ConversionReasoningRef,
      nullable: true,
      description: 'For what its app counts as a conversion, refunds left out; else null.',
      resolve: (entry) => entry.reasoning(),
    }),
  }),
})

export const TimelineConnectionRef = builder.objectRef<TimelineValue>('TimelineConnection').implement({
  description: 'A page of what a user did, the newest event first, ties by the id of the event.',
  fields: (t) => ({
    nodes: t.field({ type: [TimelineEntryRef], description: 'The events.', resolve: ({ entries }) => [...entries] }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where the page ends.', resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }) }),
  }),
})
