import { gql } from '@apollo/client/core'
import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'

/** A question as it is sent. */
export type Sent = { readonly text: string; readonly variables: object }

/** What a page shows of one question. `answer` stays the last one while the next is on its way, and is null after a failure. */
export type Analysis<Answer> = {
  readonly answer: Readonly<ShallowRef<Answer | null>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly failure: Readonly<ShallowRef<Failure | null>>
  /** Part of the answer is missing although there is one, such as names when the campaign subgraph is down. */
  readonly partFailure: Readonly<ShallowRef<Failure | null>>
  readonly sent: Readonly<Ref<Sent | null>>
  /** Asks again, past the cache. */
  readonly retry: () => void
}

/**
 * Asks whenever the question changes, and gives up on the one before; null asks nothing. `read` turns the data into the answer; null: the root
 * field was null, so that the errors say why.
 */
export function useAnalysis<Answer>(question: () => Sent | null, read: (data: unknown) => Answer | null): Analysis<Answer> {
  const answer = shallowRef<Answer | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const partFailure = shallowRef<Failure | null>(null)
  const isLoading = ref(false)
  const attempt = ref(0)
  // As text, so that the same question in a new object is not asked again.
  const asText = computed(() => JSON.stringify(question()))
  const sent = computed(() => readSent(asText.value))

  watch(
    [sent, attempt],
    ([asked, count], _old, onCleanup) => {
      if (asked === null) {
        isLoading.value = false
        return
      }
      isLoading.value = true
      const subscription = client
        .watchQuery<unknown>({
          query: gql(asked.text),
          variables: asked.variables,
          fetchPolicy: count === 0 ? 'cache-first' : 'network-only',
          nextFetchPolicy: 'cache-first',
        })
        .subscribe({
          next: ({ data, errors, error, loading }) => {
            if (loading) return
            isLoading.value = false
            answer.value = read(data)
            const problem = failureOf(error) ?? failureOfErrors(errors ?? [])
            failure.value = answer.value === null ? (problem ?? noAnswer) : null
            partFailure.value = answer.value === null ? null : problem
          },
          error: (error: unknown) => {
            isLoading.value = false
            answer.value = null
            failure.value = failureOf(error)
          },
        })
      onCleanup(() => subscription.unsubscribe())
    },
    { immediate: true },
  )
  // Who asks another question takes the cached answer again.
  watch(asText, () => (attempt.value = 0), { flush: 'sync' })

  return { answer, isLoading, failure, partFailure, sent, retry: () => (attempt.value += 1) }
}

const noAnswer: Failure = { kind: 'failed', message: 'There was no answer to this question.', requestId: null }

function readSent(text: string): Sent | null {
  return JSON.parse(text) as Sent | null
}
