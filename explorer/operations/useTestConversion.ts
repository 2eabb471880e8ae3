import { ref, shallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { SendTestConversionDocument } from './generated/graphql.ts'

/** Makes up a conversion that is marked as a test. */
export function useTestConversion() {
  const isSending = ref(false)
  const failure = shallowRef<Failure | null>(null)

  /** Whether it was made. */
  async function send(event: string): Promise<boolean> {
    isSending.value = true
    try {
      const { errors } = await client.mutate({ mutation: SendTestConversionDocument, variables: { input: { event } } })
      failure.value = failureOfErrors(errors ?? [])
    } catch (error) {
      failure.value = failureOf(error)
    } finally {
      isSending.value = false
    }
    return failure.value === null
  }
  return { send, isSending, failure }
}
