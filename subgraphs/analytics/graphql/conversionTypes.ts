import { conversionFields } from '#db/conversions/conversionFields.ts'
import type { Decision } from '#db/conversions/decide.ts'
import type { LogGap } from '#db/conversions/readLog.ts'
import { builder, MoneyRef, PageInfoRef } from '../builder.ts'
import type { BatchValue, ConversionValue } from '../streams/conversionValue.ts'
import type { PageValue } from '../streams/streams.ts'
import { AppRef, CampaignRef, PartnerRef } from './entities.ts'
import { CorrectionReasonRef } from './enums.ts'

export const AttributionDecisionRef = builder.objectRef<Decision>('AttributionDecision').implement({
  description: 'To whom a conversion was credited, and why.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'attributed or organic.' }),
    matchedBy: t.exposeString('matchedBy', {
      nullable: true,
      description: "touch_fields: the event's own; user_id: a touch of the same user; null when no touch was found.",
    }),
    touchedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When that touch was; null unless one of the user won.',
      resolve: ({ touchedAt }) => touchedAt,
    }),
    windowSeconds: t.exposeInt('windowSeconds', { nullable: true, description: 'The lookback window that held: 7 days for a click, 1 day for a view.' }),
    reason: t.exposeString('reason', { description: 'In a sentence.' }),
  }),
})

const ConversionRef = builder.objectRef<ConversionValue>('Conversion').implement({
  description: "An entry of the tenant's log of conversions. Fields that a key masks are null.",
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'Its place in the log.', resolve: conversionFields.cursor }),
    id: t.id({ description: 'Unique in the log: the key of idempotency.', resolve: conversionFields.id }),
    sequence: t.field({
      type: 'BigInt',
      nullable: true,
      description: "Its number in the tenant's log, without a gap; null for keys that see only a part of it.",
      resolve: conversionFields.sequence,
    }),
    event: t.string({ description: 'The name of the event.', resolve: conversionFields.event }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it happened.', resolve: conversionFields.occurredAt }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it entered the log; never before the entry in front of it.',
      resolve: conversionFields.recordedAt,
    }),
    userId: t.id({
      nullable: true,
      description:
        'Whose it is; for keys with the mask "userId:hash" a hash that is theirs alone, and else null without the scope identifiers:read. null for nobody known.',
      resolve: conversionFields.userId,
    }),
    revenue: t.field({
      type: MoneyRef,
      nullable: true,
      description: 'What it brought, in the currency in which it came; negative for a refund and for what is taken back, null for nothing.',
      resolve: conversionFields.revenue,
    }),
    country: t.string({ nullable: true, description: 'null when the event said none.', resolve: conversionFields.country }),
    platform: t.string({ nullable: true, description: 'null when the event said none.', resolve: conversionFields.platform }),
    app: t.field({
      type: AppRef,
      nullable: true,
      description: 'The app in which it happened; null for a test.',
      resolve: conversionFields.app,
    }),
    campaign: t.field({
      type: CampaignRef,
      nullable: true,
      description: 'To which it is credited; null for none.',
      resolve: conversionFields.campaign,
    }),
    partner: t.field({
      type: PartnerRef,
      nullable: true,
      description: 'To whom it is credited; null for none.',
      resolve: conversionFields.partner,
    }),
    decision: t.field({
      type: AttributionDecisionRef,
      nullable: true,
      description: 'How it was credited; of a refund that names what it takes back, how that was.',
      resolve: conversionFields.decision,
    }),
    supersedes: t.id({
      nullable: true,
      description: 'The entry that this one corrects: a refund, a taking back with the revenue negated, or the same credited anew; null for none.',
      resolve: conversionFields.supersedes,
    }),
    reason: t.field({
      type: CorrectionReasonRef,
      nullable: true,
      description:
        'Why it corrects another; null for a conversion. Corrections are of the log alone: the analyses count what happened and credit it as they are asked.',
      resolve: conversionFields.reason,
    }),
    isRetraction: t.boolean({ description: 'Whether it takes back what it supersedes.', resolve: conversionFields.isRetraction }),
    isTest: t.boolean({ description: 'Whether it was made by sendTestConversion.', resolve: conversionFields.isTest }),
  }),
})

export const StreamGapRef = builder.objectRef<LogGap>('StreamGap').implement({
  description: 'What retention took away before the first entry.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'From when on entries are missing.', resolve: ({ fromMs }) => new Date(fromMs) }),
    to: t.field({ type: 'DateTime', description: 'Until before when.', resolve: ({ toMs }) => new Date(toMs) }),
    reason: t.string({ description: 'Why.', resolve: () => 'RETENTION' }),
  }),
})

export const ConversionConnectionRef = builder.objectRef<PageValue>('ConversionConnection').implement({
  description: 'A page of the log, oldest first.',
  fields: (t) => ({
    nodes: t.field({ type: [ConversionRef], description: 'In the order of the log.', resolve: ({ entries }) => [...entries] }),
    pageInfo: t.field({
      type: PageInfoRef,
      description: 'Where the page ends. With a filter that hides nearly everything a page may be empty and yet have a next one.',
      resolve: ({ hasNextPage, position, sight }) => ({ hasNextPage, endCursor: sight.cursors.seal(position) }),
    }),
    gap: t.field({
      type: StreamGapRef,
      nullable: true,
      description: 'What is missing before the first node; null when nothing is.',
      resolve: ({ gap }) => gap,
    }),
  }),
})

export const ConversionBatchRef = builder.objectRef<BatchValue>('ConversionBatch').implement({
  description: "cursor is the last entry's; gap says what retention took away before the first. The first batch is empty and says where the stream begins.",
  fields: (t) => ({
    entries: t.field({
      type: [ConversionRef],
      description: 'In the order of the log, at most 500; none when the batch only says how far the stream has come.',
      resolve: ({ entries }) => [...entries],
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'Behind the last entry: give it as `after` to go on.',
      resolve: ({ position, sight }) => sight.cursors.seal(position),
    }),
    gap: t.field({ type: StreamGapRef, nullable: true, description: 'null when nothing is missing.', resolve: ({ gap }) => gap }),
  }),
})
