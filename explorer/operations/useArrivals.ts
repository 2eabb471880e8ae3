import { computed } from 'vue'
import { ArrivalsDocument, type ArrivalsQuery } from './generated/graphql.ts'
import { usePolledAnswer } from './usePolledAnswer.ts'

export type Arrivals = NonNullable<ArrivalsQuery['arrivals']>
export type ArrivedEvent = Arrivals['events'][number]
export type RejectedEvent = Arrivals['rejected'][number]

const everyMs = 2_000
const first = 50

/** What came in last, as it is now. */
export function useArrivals() {
  const { answer, problem, isVisible, retry } = usePolledAnswer({ document: ArrivalsDocument, variables: () => ({ first }), everyMs })
  return { arrivals: computed(() => answer.value?.arrivals ?? null), failure: problem, isVisible, retry }
}
