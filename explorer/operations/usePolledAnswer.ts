import type { TypedDocumentNode } from '@apollo/client/core'
import { computed, shallowRef, watch } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { usePolling } from './usePolling.ts'

export type PolledQuestion<Data, Variables> = {
  readonly document: TypedDocumentNode<Data, Variables>
  /** Nothing is asked while this gives null. */
  readonly variables: () => Variables | null
  /** Default 3,000. */
  readonly everyMs?: number
}

/** What the server says, asked again while the page can be seen, until it says that the viewer may not know. What was there stays while it is silent. */
export function usePolledAnswer<Data, Variables extends Record<string, unknown>>({ document, variables, everyMs = 3_000 }: PolledQuestion<Data, Variables>) {
  const answer = shallowRef<Data | null>(null)
  const problem = shallowRef<Failure | null>(null)
  const asked = computed(() => JSON.stringify(variables()))

  async function ask(): Promise<boolean> {
    const [now, question] = [variables(), asked.value]
    if (now === null) return false
    const found = await client
      .query<Data, Record<string, unknown>>({ query: document, variables: now, fetchPolicy: 'no-cache' })
      .then(({ data, errors }) => ({ data, failure: failureOfErrors(errors ?? []) }))
      .catch((error: unknown) => ({ data: null, failure: failureOf(error) }))
    // Another question was asked meanwhile: this is not its answer.
    if (question !== asked.value) return false
    problem.value = found.failure
    if (found.failure === null) answer.value = found.data
    return found.failure?.kind !== 'forbidden'
  }
  const { isVisible, retry } = usePolling({ ask, everyMs })
  watch(asked, () => {
    answer.value = null
    problem.value = null
    retry()
  })
  return { answer, problem, isVisible, isLoading: computed(() => variables() !== null && answer.value === null && problem.value === null), retry }
}
