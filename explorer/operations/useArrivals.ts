import { shallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { ArrivalsDocument, type ArrivalsQuery } from './generated/graphql.ts'
import { usePolling } from './usePolling.ts'

export type Arrivals = NonNullable<ArrivalsQuery['arrivals']>
export type ArrivedEvent = Arrivals['events'][number]
export type RejectedEvent = Arrivals['rejected'][number]

const everyMs = 2_000
const first = 50

/** What came in last, asked again every two seconds while the page can be seen. The last answer stays when one fails. */
export function useArrivals() {
  const arrivals = shallowRef<Arrivals | null>(null)
  const failure = shallowRef<Failure | null>(null)

  async function ask(): Promise<boolean> {
    try {
      const { data, errors } = await client.query({ query: ArrivalsDocument, variables: { first }, fetchPolicy: 'no-cache' })
      arrivals.value = data.arrivals ?? arrivals.value
      failure.value = failureOfErrors(errors ?? [])
    } catch (error) {
      failure.value = failureOf(error)
    }
    return failure.value?.kind !== 'forbidden'
  }

  const { isVisible, retry } = usePolling({ ask, everyMs })
  return { arrivals, failure, isVisible, retry }
}
