import { computed, ref, watch } from 'vue'
import { RedeliverWebhookDocument, WebhookDeliveriesDocument, type WebhookDeliveriesQuery, type WebhookDeliveryStatus } from './generated/graphql.ts'
import { useChange } from './useChange.ts'
import { usePolledAnswer } from './usePolledAnswer.ts'

export type Delivery = NonNullable<WebhookDeliveriesQuery['webhookDeliveries']>['nodes'][number]
type Question = { readonly webhook: string; readonly status: WebhookDeliveryStatus | null }

/** One page of a webhook's delivery log, newest first. */
export function useDeliveries(question: () => Question) {
  const after = ref<string | null>(null)
  // The page belongs to one webhook and status.
  watch(question, () => (after.value = null))
  const { answer, problem, isLoading, retry } = usePolledAnswer({
    document: WebhookDeliveriesDocument,
    variables: () => ({ ...question(), after: after.value }),
  })
  const { change, isBusy, failure } = useChange()
  const page = computed(() => answer.value?.webhookDeliveries ?? null)

  async function redeliver(deliveryId: string): Promise<void> {
    if ((await change(RedeliverWebhookDocument, { deliveryId })) === null) return
    // It is the newest one.
    after.value = null
    retry()
  }
  return {
    deliveries: computed(() => page.value?.nodes ?? null),
    hasOlder: computed(() => page.value?.pageInfo.hasNextPage === true),
    isNewest: computed(() => after.value === null),
    older: () => (after.value = page.value?.pageInfo.endCursor ?? null),
    newest: () => (after.value = null),
    problem,
    isLoading,
    retry,
    isBusy,
    failure,
    redeliver,
  }
}
