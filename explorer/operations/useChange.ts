import type { TypedDocumentNode } from '@apollo/client/core'
import type { DocumentNode } from 'graphql'
import { ref, shallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'

/** A change that is asked for by a button: whether it is on its way, and why it was refused, in words and by its code. */
export function useChange() {
  const isBusy = ref(false)
  const failure = shallowRef<Failure | null>(null)
  const refusalCode = ref<string | null>(null)

  /** null when it was refused; `failure` says why. What is `shown` on the page is asked again before it resolves. */
  async function change<Data, Variables extends object>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    shown: readonly DocumentNode[] = [],
  ): Promise<Data | null> {
    isBusy.value = true
    refusalCode.value = null
    try {
      const { data, errors } = await client.mutate<Data, object>({ mutation, variables, refetchQueries: [...shown], awaitRefetchQueries: true })
      failure.value = failureOfErrors(errors ?? [])
      const code = errors?.[0]?.extensions?.['code']
      refusalCode.value = typeof code === 'string' ? code : null
      return failure.value === null ? (data ?? null) : null
    } catch (problem) {
      failure.value = failureOf(problem)
      return null
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, failure, refusalCode, change, forget: () => (failure.value = null) }
}
