import DataLoader from 'dataloader'
import { createPositionSealer } from '#db/conversions/positionSealer.ts'
import type { StoredDelivery } from '#db/webhooks/deliveryLog.ts'
import type { StoredWebhook } from '#db/webhooks/endpoints.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { builder, PageInfoRef, type AnalyticsContext } from '../builder.ts'
import type { DeliveriesValue } from '../webhooks/deliveryStore.ts'
import { StreamGapRef } from './conversionTypes.ts'

const STATES = {
  ACTIVE: { description: 'Conversions are delivered as they come.' },
  PAUSED_BY_FAILURES: {
    description: 'Ten attempts in a row have failed: one is made every minute until one succeeds. What comes meanwhile waits.',
  },
  DISABLED: { description: 'Nothing is delivered until it is switched on again; then from where it was on.' },
} as const
const StateRef = builder.enumType('WebhookState', { description: 'What a webhook does at the moment.', values: STATES })

const stateOf = ({ isEnabled, probeAt }: StoredWebhook): keyof typeof STATES => (!isEnabled ? 'DISABLED' : probeAt === null ? 'ACTIVE' : 'PAUSED_BY_FAILURES')

const PROBLEMS = {
  GONE: { value: 'gone', description: 'It answered 410, so that it was switched off.' },
  SECRET_LOST: { value: 'secret_lost', description: "The tenant's personal data was destroyed, and the secret with it. Rotate the secret and switch it on." },
} as const
const ProblemRef = builder.enumType('WebhookProblem', { description: 'Why a webhook was switched off by itself.', values: PROBLEMS })

const lags = new WeakMap<AnalyticsContext, DataLoader<string, bigint>>()

/** One statement for all that are asked for together; nothing is remembered, since a mutation before may have changed it. */
function lagsOf(context: AnalyticsContext): DataLoader<string, bigint> {
  const known = lags.get(context)
  if (known !== undefined) return known
  const loader = new DataLoader<string, bigint>(
    async (ids) => {
      const byId = await context.webhooks.lags(context.identity, ids)
      return ids.map((id) => byId.get(id) ?? 0n)
    },
    { cache: false },
  )
  lags.set(context, loader)
  return loader
}

export const WebhookRef = builder.objectRef<StoredWebhook>('Webhook').implement({
  description:
    'An endpoint that the log of conversions is posted to, one conversion a request, as JSON with the fields of Conversion and without ids of users. Signed by Umg-Signature, at least once, several at the same time: sequence tells the order.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    url: t.exposeString('url', { description: 'Where it is posted to.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for; null when nothing was said.' }),
    isEnabled: t.exposeBoolean('isEnabled', { description: 'Whether it is switched on.' }),
    where: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Which conversions, as ConversionFilter; null for all.',
      resolve: ({ filter }) => filter ?? null,
    }),
    state: t.field({ type: StateRef, description: 'What it does at the moment.', resolve: stateOf }),
    problem: t.field({
      type: ProblemRef,
      nullable: true,
      description: 'Why it was switched off by itself; null when it was not.',
      resolve: ({ problem }) => problem,
    }),
    position: t.field({
      type: 'Cursor',
      description: 'How far the log was gone through: `conversions(after:)` with the same filter goes on from there.',
      resolve: ({ position, positionMs, question }, _args, { identity, webhooks }) =>
        createPositionSealer(webhooks.cursorKey, { tenantId: requireTenant(identity), question }).seal({ sequence: position, recordedAtMs: positionMs }),
    }),
    lag: t.field({
      type: 'BigInt',
      description: 'Entries of the log behind its position, whether they fit the filter or not, and deliveries that wait.',
      resolve: ({ id }, _args, context) => lagsOf(context).load(id),
    }),
    gap: t.field({
      type: StreamGapRef,
      nullable: true,
      description: 'What retention took away last before it could be delivered; null when nothing ever was.',
      resolve: ({ gapFromMs, gapToMs }) => (gapFromMs === null || gapToMs === null ? null : { fromMs: gapFromMs, toMs: gapToMs }),
    }),
    previousSecretUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when the secret before this one signs too; null when none does.',
      resolve: ({ previousUntil }) => previousUntil,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ createdAt }) => createdAt }),
    lastDeliveryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a delivery arrived last; null when none has.',
      resolve: ({ lastDeliveryAt }) => lastDeliveryAt,
    }),
  }),
})

export const DeliveryStatusRef = builder.enumType('WebhookDeliveryStatus', {
  description: 'Where a delivery is.',
  values: {
    PENDING: { value: 'pending', description: 'It waits for its first or next attempt.' },
    DELIVERED: { value: 'delivered', description: 'It was answered with 2xx within five seconds.' },
    DEAD: { value: 'dead', description: 'All attempts of three days have failed. It can be redelivered.' },
  } as const,
})

const KINDS = {
  LOG: { value: 'log', description: 'Because it entered the log.' },
  REDELIVERY: { value: 'redelivery', description: 'Because somebody asked for it again.' },
  TEST: { value: 'test', description: 'Made up by sendTestWebhook.' },
} as const
const DeliveryKindRef = builder.enumType('WebhookDeliveryKind', { description: 'Why a conversion is delivered.', values: KINDS })

export const WebhookDeliveryRef = builder.objectRef<StoredDelivery>('WebhookDelivery').implement({
  description: 'A conversion on its way to an endpoint, or there. Kept for 30 days.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'As the header Umg-Delivery has it.' }),
    kind: t.field({ type: DeliveryKindRef, description: 'Why it is delivered.', resolve: ({ kind }) => kind }),
    conversionId: t.exposeID('conversionId', { description: 'The id of the conversion, as the header Idempotency-Key has it.' }),
    sequence: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Its number in the log; null for a test.',
      resolve: ({ kind, sequence }) => (kind === 'test' ? null : sequence),
    }),
    status: t.field({ type: DeliveryStatusRef, description: 'Where it is.', resolve: ({ status }) => status }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried, a try that is under way included; at most 15 times.' }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next, or again if nothing is heard of the try under way; null when it is not. A paused webhook waits longer.',
      resolve: ({ status, nextAttemptAt }) => (status === 'pending' ? nextAttemptAt : null),
    }),
    lastStatusCode: t.exposeInt('lastStatusCode', { nullable: true, description: 'What the last try was answered; null for no answer.' }),
    lastError: t.exposeString('lastError', { nullable: true, description: 'Why the last try failed; null when it did not.' }),
    lastResponse: t.exposeString('lastResponse', { nullable: true, description: 'The first kibibyte of the last answer.' }),
    durationMs: t.exposeInt('durationMs', { nullable: true, description: 'How long the last try took, in milliseconds.' }),
    requestedAt: t.field({ type: 'DateTime', nullable: true, description: 'When the last try began.', resolve: ({ requestedAt }) => requestedAt }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it arrived; null when it has not.',
      resolve: ({ deliveredAt }) => deliveredAt,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was put in the line.', resolve: ({ createdAt }) => createdAt }),
  }),
})

export const DeliveryConnectionRef = builder.objectRef<DeliveriesValue>('WebhookDeliveryConnection').implement({
  description: 'A page of the delivery log.',
  fields: (t) => ({
    nodes: t.field({ type: [WebhookDeliveryRef], description: 'Newest first.', resolve: ({ nodes }) => [...nodes] }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where it ends.', resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }) }),
  }),
})
