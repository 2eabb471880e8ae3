import { ref, watch } from 'vue'
import { useIsVisible } from '../design/useIsVisible.ts'

export type PollingOptions = {
  /** Asks once; answers whether to ask again. */
  readonly ask: () => Promise<boolean>
  /** Milliseconds between an answer and the next question. */
  readonly everyMs: number
}

/** Asks again and again while the page can be seen, at once when it is shown again and on `retry`, and never twice at a time. */
export function usePolling({ ask, everyMs }: PollingOptions) {
  const isVisible = useIsVisible()
  const attempt = ref(0)

  watch(
    [isVisible, attempt],
    ([isShown], _before, onCleanup) => {
      if (!isShown) return
      let timer: ReturnType<typeof setTimeout> | undefined
      let isOver = false
      const tick = async (): Promise<void> => {
        const isMore = await ask()
        if (!isOver && isMore) timer = setTimeout(() => void tick(), everyMs)
      }
      void tick()
      onCleanup(() => {
        isOver = true
        clearTimeout(timer)
      })
    },
    { immediate: true },
  )
  return { isVisible, retry: () => (attempt.value += 1) }
}
