import { ref, shallowRef, watch } from 'vue'

/** Asks when nothing was typed for so long; null asks nothing. An answer to something older is dropped, and `isAsking` while the last one is older. */
export function useAfterQuiet<Asked, Answer>(asked: () => Asked | null, ask: (asked: Asked) => Promise<Answer>, quietMs: number) {
  const answer = shallowRef<Answer | null>(null)
  const isAsking = ref(false)

  watch(
    asked,
    (value, _before, onCleanup) => {
      isAsking.value = value !== null
      if (value === null) {
        answer.value = null
        return
      }
      let isLast = true
      const timer = setTimeout(async () => {
        const found = await ask(value)
        if (!isLast) return
        answer.value = found
        isAsking.value = false
      }, quietMs)
      onCleanup(() => {
        isLast = false
        clearTimeout(timer)
      })
    },
    { immediate: true },
  )
  return { answer, isAsking }
}
