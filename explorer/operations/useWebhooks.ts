import { computed } from 'vue'
import {
  CreateWebhookDocument,
  DeleteWebhookDocument,
  RotateWebhookSecretDocument,
  SendTestWebhookDocument,
  SwitchWebhookDocument,
  WebhooksDocument,
  type CreateWebhookInput,
  type WebhooksQuery,
} from './generated/graphql.ts'
import type { CreatedKey } from './useIngestKeys.ts'
import { usePolledRecords } from './usePolledRecords.ts'

export type Webhook = NonNullable<WebhooksQuery['webhooks']>[number]
type WithSecret = { readonly secret: string; readonly webhook: { readonly id: string; readonly url: string } }

/** The tenant's webhooks as they are now, and what can be done with them; each is null when it was refused. A new secret is known this once. */
export function useWebhooks(isAllowed: () => boolean) {
  const { answer, change, changed, state } = usePolledRecords(WebhooksDocument, isAllowed)
  const secretOf = (made: WithSecret | undefined): CreatedKey | null =>
    made === undefined ? null : { id: made.webhook.id, name: made.webhook.url, text: made.secret }
  return {
    ...state,
    webhooks: computed(() => answer.value?.webhooks ?? null),
    create: async (input: CreateWebhookInput) => secretOf((await changed(change(CreateWebhookDocument, { input })))?.createWebhook),
    rotate: async (id: string, overlapMinutes: number) =>
      secretOf((await changed(change(RotateWebhookSecretDocument, { id, overlapMinutes })))?.rotateWebhookSecret),
    switchTo: async (id: string, isEnabled: boolean) => changed(change(SwitchWebhookDocument, { id, isEnabled })),
    remove: async (id: string) => changed(change(DeleteWebhookDocument, { id })),
    sendTest: async (id: string) => changed(change(SendTestWebhookDocument, { id })),
  }
}
