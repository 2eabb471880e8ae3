import type { WithSecret } from '#db/webhooks/changeEndpoints.ts'
import { MAX_WEBHOOKS } from '#db/webhooks/endpoints.ts'
import { MAX_TARGET_LENGTH } from '#ops/security/outsideTarget.ts'
import { builder } from '../builder.ts'
import { MAX_DESCRIPTION } from '../webhooks/checkInput.ts'
import { MAX_DELIVERIES } from '../webhooks/deliveryStore.ts'
import { MAX_OVERLAP_MINUTES } from '../webhooks/webhookStore.ts'
import { ConversionFilterRef, StreamStartRef } from './conversions.ts'
import { DeliveryConnectionRef, DeliveryStatusRef, WebhookDeliveryRef, WebhookRef } from './webhookTypes.ts'

builder.queryFields((t) => ({
  webhooks: t.field({
    type: [WebhookRef],
    nullable: true,
    needs: 'tenant:write',
    description: `The tenant's webhooks, oldest first; it has at most ${MAX_WEBHOOKS}.`,
    resolve: async (_root, _args, { webhooks, identity }) => [...(await webhooks.list(identity))],
  }),
  webhookDeliveries: t.field({
    type: DeliveryConnectionRef,
    nullable: true,
    needs: 'tenant:write',
    description: 'What was sent to a webhook in the last 30 days and what waits, newest first.',
    args: {
      webhook: t.arg.id({ required: true, description: 'Which webhook.' }),
      first: t.arg.int({ required: true, defaultValue: 50, description: `At most this many, 1 to ${MAX_DELIVERIES}.` }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended, of the same webhook and status.' }),
      status: t.arg({ type: DeliveryStatusRef, description: 'Those alone that are there; all when left out.' }),
    },
    resolve: (_root, args, { webhooks, identity }) => webhooks.deliveries(args, identity),
  }),
}))

const SecretPayloadRef = builder.objectRef<WithSecret>('WebhookSecretPayload').implement({
  description: 'A webhook and its new secret.',
  fields: (t) => ({
    webhook: t.field({ type: WebhookRef, description: 'The webhook.', resolve: ({ webhook }) => webhook }),
    secret: t.exposeString('secret', { description: 'What requests are signed with, umg_whsec_…; told this once and never again.' }),
  }),
})

const URL_TEXT = `Where to post to: https:// and a host of the public internet, at most ${MAX_TARGET_LENGTH} characters, without user name and #.`

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'A new webhook.',
  fields: (t) => ({
    url: t.string({ required: true, description: URL_TEXT }),
    description: t.string({ description: `What it is for; at most ${MAX_DESCRIPTION} characters.` }),
    where: t.field({ type: ConversionFilterRef, description: 'Which conversions; all when left out.' }),
    from: t.field({ type: StreamStartRef, description: 'Where in the log to begin; with what comes from now on when left out.' }),
  }),
})

const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    url: t.string({ description: URL_TEXT }),
    description: t.string({ description: 'As in CreateWebhookInput; null takes it away.' }),
    where: t.field({ type: ConversionFilterRef, description: 'The whole filter, for entries that are looked at from now on; null takes it away.' }),
    isEnabled: t.boolean({ description: 'Whether it is on. What came while it was off is delivered then, as far as the log keeps it.' }),
  }),
})

const idArg = { required: true, description: 'Which one.' } as const

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: SecretPayloadRef,
    needs: 'tenant:write',
    description: 'Posts the log of conversions to a URL.',
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: 'The webhook.' }) },
    resolve: (_root, { input }, { webhooks, identity, audit }) => webhooks.create(input, { identity, audit }),
  }),
  updateWebhook: t.field({
    type: WebhookRef,
    needs: 'tenant:write',
    description: 'Changes a webhook. Another URL, or switching it on, ends a pause.',
    args: { id: t.arg.id(idArg), input: t.arg({ type: UpdateWebhookInput, required: true, description: 'What changes.' }) },
    resolve: (_root, { id, input }, { webhooks, identity, audit }) => webhooks.update(id, input, { identity, audit }),
  }),
  rotateWebhookSecret: t.field({
    type: SecretPayloadRef,
    needs: 'tenant:write',
    description: 'Makes a new secret. While the old one still holds, requests carry a signature of each.',
    args: {
      id: t.arg.id(idArg),
      overlapMinutes: t.arg.int({
        required: true,
        defaultValue: 1_440,
        description: `How long the old one signs too, 0 to ${MAX_OVERLAP_MINUTES} minutes.`,
      }),
    },
    resolve: (_root, { id, overlapMinutes }, { webhooks, identity, audit }) => webhooks.rotate(id, overlapMinutes, { identity, audit }),
  }),
  deleteWebhook: t.field({
    type: 'ID',
    needs: 'tenant:write',
    description: 'Takes a webhook away with what waits for it, and answers its id.',
    args: { id: t.arg.id(idArg) },
    resolve: async (_root, { id }, { webhooks, identity, audit }) => {
      await webhooks.remove(id, { identity, audit })
      return id
    },
  }),
  redeliverWebhook: t.field({
    type: WebhookDeliveryRef,
    needs: 'tenant:write',
    description: 'Sends a conversion once more that arrived or is dead, as a delivery of its own with the same key of idempotency.',
    args: { deliveryId: t.arg.id({ required: true, description: 'The delivery.' }) },
    resolve: (_root, { deliveryId }, { webhooks, identity, audit }) => webhooks.redeliver(deliveryId, { identity, audit }),
  }),
  sendTestWebhook: t.field({
    type: WebhookDeliveryRef,
    needs: 'tenant:write',
    description: 'Sends this webhook alone a made-up conversion, marked as a test and in no log.',
    args: { id: t.arg.id(idArg) },
    resolve: (_root, { id }, { webhooks, identity, audit }) => webhooks.sendTest(id, { identity, audit }),
  }),
}))
