import type { ArrivedEvent, RefusedEvent } from '#db/analytics/arrivals.ts'
import type { Identity } from '#ops/security/identity.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { builder, MoneyRef } from '../builder.ts'
import { hidesUsers } from '../compiler/bind/masks.ts'
import { issue } from '../compiler/issues.ts'
import type { ArrivalsValue } from '../execution/arrivals.ts'
import { AppRef, CampaignRef } from './entities.ts'

const MAX_FIRST = 500

const sees = ({ masks }: Identity, field: string): boolean => !masks.includes(field)
const seesIdentifiers = ({ scopes }: Identity): boolean => scopes.includes('identifiers:read')
/** What was sent may hold any field, and the sentence about it quotes what was sent. */
const seesAsSent = (identity: Identity): boolean => seesIdentifiers(identity) && identity.masks.length === 0

const ArrivedEventRef = builder.objectRef<ArrivedEvent>('ArrivedEvent').implement({
  description: 'An event that was accepted. Fields that a key masks are null.',
  fields: (t) => ({
    eventId: t.exposeID('eventId', { description: 'As it was sent.' }),
    event: t.exposeString('event', { description: 'Its name.' }),
    occurredAt: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ occurredAt }) => occurredAt }),
    recordedAt: t.field({ type: 'DateTime', description: 'When it was accepted.', resolve: ({ recordedAt }) => recordedAt }),
    userId: t.id({
      nullable: true,
      description: 'Whose it is; null without the scope identifiers:read, and for nobody known.',
      resolve: ({ userId }, _args, { identity }) => (seesIdentifiers(identity) && !hidesUsers(identity.masks) ? userId || null : null),
    }),
    country: t.string({
      nullable: true,
      description: 'null when it said none.',
      resolve: ({ country }, _args, { identity }) => (sees(identity, 'country') ? country || null : null),
    }),
    platform: t.string({
      nullable: true,
      description: 'null when it said none.',
      resolve: ({ platform }, _args, { identity }) => (sees(identity, 'platform') ? platform || null : null),
    }),
    revenue: t.field({
      type: MoneyRef,
      nullable: true,
      description: 'In the currency in which it came; negative for a refund, null for none.',
      resolve: ({ amount, currency }, _args, { identity }) => (currency !== '' && sees(identity, 'revenue') ? { amount: trimDecimal(amount), currency } : null),
    }),
    campaign: t.field({
      type: CampaignRef,
      nullable: true,
      description: 'That it names; null for none.',
      resolve: ({ campaignId }, _args, { identity }) => (campaignId !== '' && sees(identity, 'campaign') ? { id: campaignId } : null),
    }),
    app: t.field({
      type: AppRef,
      nullable: true,
      description: 'The app in which it happened.',
      resolve: ({ appId }, _args, { identity }) => (sees(identity, 'app') ? { id: appId } : null),
    }),
  }),
})

const RejectedEventRef = builder.objectRef<RefusedEvent>('RejectedEvent').implement({
  description: 'An event that the collector refused.',
  fields: (t) => ({
    receivedAt: t.field({ type: 'DateTime', description: 'When it came.', resolve: ({ receivedAt }) => receivedAt }),
    index: t.exposeInt('index', { description: 'Its place in the request, from 0.' }),
    code: t.exposeString('code', { description: 'What is wrong with it; see "Rejected events" among the error codes.' }),
    path: t.exposeString('path', { description: 'The field that has to change; empty for all of it.' }),
    message: t.string({
      description: 'The same in a sentence, which quotes what was sent only for holders of the scope identifiers:read without masks.',
      resolve: ({ code, path, message }, _args, { identity }) =>
        message !== null && seesAsSent(identity) ? message : `${path === '' ? 'The event' : path} was refused as ${code}.`,
    }),
    raw: t.string({
      nullable: true,
      description:
        'Its first 500 characters as they came; null without the scope identifiers:read, for a key with masks, and once the tenant destroyed its personal data.',
      resolve: ({ raw }, _args, { identity }) => (seesAsSent(identity) ? raw : null),
    }),
  }),
})

const ArrivalsRef = builder.objectRef<ArrivalsValue>('Arrivals').implement({
  description: 'What came in last.',
  fields: (t) => ({
    events: t.field({ type: [ArrivedEventRef], description: 'Accepted in the last 24 hours, newest first.', resolve: ({ events }) => [...events] }),
    rejected: t.field({
      type: [RejectedEventRef],
      description: 'Rejected, newest first; none for a key with filters.',
      resolve: ({ rejected }) => [...rejected],
    }),
  }),
})

builder.queryField('arrivals', (t) =>
  t.field({
    type: ArrivalsRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'The newest events that came in, to see whether they arrive and as what.',
    args: { first: t.arg.int({ required: true, defaultValue: 50, description: `At most this many of each, 1 to ${MAX_FIRST}.` }) },
    resolve: (_root, { first }, { arrivals, identity, signal }) => {
      if (first < 1) throw new BadQueryError([issue('FIRST_TOO_SMALL', ['first'], { first })])
      if (first > MAX_FIRST) throw new BadQueryError([issue('FIRST_TOO_LARGE', ['first'], { first, maxFirst: MAX_FIRST })])
      return arrivals(first, { identity, signal })
    },
  }),
)
