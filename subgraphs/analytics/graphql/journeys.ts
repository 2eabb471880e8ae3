import { requireNeed } from '#ops/service/needs.ts'
import { builder, PageInfoRef } from '../builder.ts'
import type { JourneyCreditValue, JourneysValue, JourneyTouchValue, JourneyValue } from '../execution/journeysBehind.ts'
import { DEFAULT_HALF_LIFE_DAYS } from '../model/attribution.ts'
import { limits } from '../model/limits.ts'
import { AdGroupRef, AppRef, CampaignRef, CreativeRef, PartnerRef } from './entities.ts'
import { AttributionModelRef } from './enums.ts'
import { reference, TouchCreditRef } from './timeline.ts'

const JourneysInputRef = builder.inputType('JourneysInput', {
  description: "The journeys behind a cell of attribution: the question it came from, and the row's position in it.",
  fields: (t) => ({
    cell: t.field({ type: 'Cursor', required: true, description: 'From a row or the totals of attribution, in this tenant; anything else is BAD_CURSOR.' }),
    halfLifeDays: t.float({ description: `For TIME_DECAY, more than 0; ${DEFAULT_HALF_LIFE_DAYS} when left out.` }),
  }),
})

const JourneyTouchRef = builder.objectRef<JourneyTouchValue>('JourneyTouch').implement({
  description: 'A touchpoint on the path of a conversion. Fields that a key masks are null.',
  fields: (t) => ({
    id: t.id({ description: 'Of its event.', resolve: ({ touch }) => touch.id }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it was.', resolve: ({ touch }) => touch.occurredAt }),
    kind: t.string({ description: 'click or impression.', resolve: ({ touch }) => touch.touch }),
    channel: t.string({ nullable: true, description: 'null when there is none.', resolve: ({ touch }) => touch.channel }),
    partner: t.field({ type: PartnerRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.partner) }),
    campaign: t.field({ type: CampaignRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.campaign) }),
    adGroup: t.field({ type: AdGroupRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.adGroup) }),
    creative: t.field({ type: CreativeRef, nullable: true, description: 'null when there is none.', resolve: ({ touch }) => reference(touch.creative) }),
    ageSeconds: t.exposeFloat('ageSeconds', { description: 'How old it was at the conversion, 0 or more.' }),
    isOfRow: t.exposeBoolean('isOfRow', { description: 'Whether it is of the group of the row, and shown: what it is credited with is credited to the row.' }),
    credits: t.field({ type: [TouchCreditRef], description: 'By each rule model, as of the journey.', resolve: ({ credits }) => [...credits] }),
  }),
})

const JourneyCreditRef = builder.objectRef<JourneyCreditValue>('JourneyCredit').implement({
  description: 'What the row of the cell gets of one conversion.',
  fields: (t) => ({
    model: t.field({ type: AttributionModelRef, description: 'How credit is divided.', resolve: ({ model }) => model }),
    conversions: t.exposeFloat('conversions', { description: "0 to 1; of all journeys of the row together the row's conversions by the model." }),
    revenue: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        "To 12 places: of all journeys of the row together, rounded half up to 6, the row's revenue by the model. null for a key that masks revenue.",
      resolve: ({ revenue }) => revenue,
    }),
  }),
})

const JourneyRef = builder.objectRef<JourneyValue>('Journey').implement({
  description: 'A conversion and the touchpoints that led to it. Fields that a key masks are null.',
  fields: (t) => ({
    id: t.id({ description: 'Of the event that is the conversion.', resolve: ({ conversion }) => conversion.id }),
    userId: t.exposeID('userId', { description: 'Whose it is, as the events carry it.' }),
    occurredAt: t.field({ type: 'DateTime', description: 'When the conversion happened.', resolve: ({ conversion }) => conversion.occurredAt }),
    app: t.field({ type: AppRef, nullable: true, description: 'The app in which it happened.', resolve: ({ conversion }) => reference(conversion.app) }),
    revenue: t.field({ type: 'Decimal', nullable: true, description: 'Of the conversion, all of it.', resolve: ({ conversion }) => conversion.revenue }),
    touches: t.field({
      type: [JourneyTouchRef],
      description: 'Its path: the touchpoints that are not too old, of the row and others, the oldest first. Empty: it came without any.',
      resolve: ({ touches }) => [...touches],
    }),
    credits: t.field({
      type: [JourneyCreditRef],
      description:
        'By each rule model. MARKOV and SHAPLEY credit groups for all conversions together, and a single journey with nothing: they are not among them. None where not all touchpoints were read. A key that does not see channels is not told LAST_NON_DIRECT.',
      resolve: ({ credits }) => [...credits],
    }),
    isTruncated: t.exposeBoolean('isTruncated', {
      description: `Whether older touchpoints may be missing: of one page the newest ${limits.reasonedTouches} are read.`,
    }),
  }),
})

const JourneyConnectionRef = builder.objectRef<JourneysValue>('JourneyConnection').implement({
  description: 'A page of journeys.',
  fields: (t) => ({
    nodes: t.field({ type: [JourneyRef], description: 'The newest conversion first, ties by the id of its event.', resolve: ({ journeys }) => [...journeys] }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where the page ends.', resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }) }),
  }),
})

builder.queryField('journeys', (t) =>
  t.field({
    type: JourneyConnectionRef,
    nullable: true,
    needs: 'identifiers:read',
    description:
      'The conversions behind a row of attribution: those with a touchpoint of the row on their path, and for the row whose every group is null those without any touchpoint too. The question is asked again by the asker, at the time at which it was asked: what the asker may not ask or see is an issue or left out, whoever made the cell.',
    args: {
      input: t.arg({ type: JourneysInputRef, required: true, description: 'Which cell.' }),
      first: t.arg.int({ required: true, defaultValue: 20, description: `At most this many, 1 to ${limits.journeys}.` }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended, of the same cell.' }),
    },
    resolve: (_root, args, { engine, identity, signal }, info) => {
      requireNeed(identity, 'analytics:read')
      return engine.journeys(args, info, { identity, signal })
    },
  }),
)
