import { ref, shallowRef, watch } from 'vue'
import { useIsVisible } from '../design/useIsVisible.ts'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { ArrivalsDocument, type ArrivalsQuery } from './generated/graphql.ts'

export type Arrivals = NonNullable<ArrivalsQuery['arrivals']>
export type ArrivedEvent = Arrivals['events'][number]
export type RejectedEvent = Arrivals['rejected'][number]

const everyMs = 2_000
const first = 50

/** What came in last, asked again every two seconds while the page can be seen. The last answer stays when one fails. */
export function useArrivals() {
  const isVisible = useIsVisible()
  const arrivals = shallowRef<Arrivals | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const attempt = ref(0)

  async function look(): Promise<void> {
    try {
      const { data, errors } = await client.query({ query: ArrivalsDocument, variables: { first }, fetchPolicy: 'no-cache' })
      arrivals.value = data.arrivals ?? arrivals.value
      failure.value = failureOfErrors(errors ?? [])
    } catch (error) {
      failure.value = failureOf(error)
    }
  }

  watch(
    [isVisible, attempt],
    ([isShown], _before, onCleanup) => {
      if (!isShown) return
      let timer: ReturnType<typeof setTimeout> | undefined
      let isOver = false
      const tick = async (): Promise<void> => {
        await look()
        if (!isOver && failure.value?.kind !== 'forbidden') timer = setTimeout(() => void tick(), everyMs)
      }
      void tick()
      onCleanup(() => {
        isOver = true
        clearTimeout(timer)
      })
    },
    { immediate: true },
  )
  return { arrivals, failure, isVisible, retry: () => (attempt.value += 1) }
}
