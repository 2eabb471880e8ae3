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
import { useChange } from './useChange.ts'
import type { CreatedKey } from './useIngestKeys.ts'
import { usePolledAnswer } from './usePolledAnswer.ts'

export type Webhook = NonNullable<WebhooksQuery['webhooks']>[number]
type WithSecret = { readonly secret: string; readonly webhook: { readonly id: string; readonly url: string } }

/** The tenant's webhooks as they are now, and what can be done with them; each is null when it was refused. A new secret is known this once. */
export function useWebhooks(isAllowed: () => boolean) {
  const { answer, problem, isLoading, retry } = usePolledAnswer(WebhooksDocument, () => (isAllowed() ? {} : null))
  const { change, isBusy, failure, forget } = useChange()
  async function changed<Data>(asked: Promise<Data | null>): Promise<Data | null> {
    const data = await asked
    if (data !== null) retry()
    return data
  }
  const secretOf = (made: WithSecret | undefined): CreatedKey | null =>
    made === undefined ? null : { id: made.webhook.id, name: made.webhook.url, text: made.secret }
  return {
    webhooks: computed(() => answer.value?.webhooks ?? null),
    problem,
    isLoading,
    retry,
    isBusy,
    failure,
    forget,
    create: async (input: CreateWebhookInput) => secretOf((await changed(change(CreateWebhookDocument, { input })))?.createWebhook),
    rotate: async (id: string, overlapMinutes: number) =>
      secretOf((await changed(change(RotateWebhookSecretDocument, { id, overlapMinutes })))?.rotateWebhookSecret),
    switchTo: async (id: string, isEnabled: boolean) => changed(change(SwitchWebhookDocument, { id, isEnabled })),
    remove: async (id: string) => changed(change(DeleteWebhookDocument, { id })),
    sendTest: async (id: string) => changed(change(SendTestWebhookDocument, { id })),
  }
}
