import type { TypedDocumentNode } from '@apollo/client/core'
import { computed, shallowRef, watch } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { usePolling } from './usePolling.ts'

const everyMs = 3_000

/** What the server says, asked again every three seconds while the page can be seen. Nothing is asked while `variables` gives null. */
export function usePolledAnswer<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables | null,
) {
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
    // What was there stays in sight while the server does not answer.
    if (found.failure === null) answer.value = found.data
    return true
  }
  const { retry } = usePolling({ ask, everyMs })
  watch(asked, () => {
    answer.value = null
    problem.value = null
    retry()
  })
  return { answer, problem, isLoading: computed(() => variables() !== null && answer.value === null && problem.value === null), retry }
}
