import { gql } from '@apollo/client/core'
import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { followAnswer } from './liveAnswer.ts'
import { useLiveSwitch } from './useLiveSwitch.ts'

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
 * field was null, so that the errors say why. While the page is live the same question is followed instead; `mayBeLive` is false for what is no
 * subscription.
 */
export function useAnalysis<Answer>(question: () => Sent | null, read: (data: unknown) => Answer | null, { mayBeLive = true } = {}): Analysis<Answer> {
  const { mode: pageMode } = useLiveSwitch()
  const mode = computed(() => (mayBeLive ? pageMode.value : 'off'))
  const answer = shallowRef<Answer | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const partFailure = shallowRef<Failure | null>(null)
  const isLoading = ref(false)
  const attempt = ref(0)
  // As text, so that the same question in a new object is not asked again.
  const asText = computed(() => JSON.stringify(question()))
  const sent = computed(() => readSent(asText.value))

  function take(data: unknown, problem: Failure | null): void {
    isLoading.value = false
    answer.value = read(data)
    failure.value = answer.value === null ? (problem ?? noAnswer) : null
    partFailure.value = answer.value === null ? null : problem
  }

  watch(
    [sent, attempt, mode],
    ([asked, count, live], [askedBefore, , liveBefore], onCleanup) => {
      // What is shown stays while nobody looks.
      const isPaused = live === 'paused' && asked === askedBefore
      if (asked === null || isPaused) {
        isLoading.value = false
        return
      }
      isLoading.value = true
      if (live === 'on') {
        onCleanup(
          followAnswer(asked, {
            next: (data, errors) => take(data, failureOfErrors(errors)),
            failed: (errors) => take(null, failureOfErrors(errors)),
          }),
        )
        return
      }
      const subscription = client
        .watchQuery<unknown>({
          query: gql(asked.text),
          variables: asked.variables,
          fetchPolicy: count === 0 && (liveBefore ?? 'off') === 'off' ? 'cache-first' : 'network-only',
          nextFetchPolicy: 'cache-first',
        })
        .subscribe({
          next: ({ data, errors, error, loading }) => {
            if (loading) return
            take(data, failureOf(error) ?? failureOfErrors(errors ?? []))
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
