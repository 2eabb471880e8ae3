import { onScopeDispose, ref, type Ref } from 'vue'

/** The time in milliseconds since 1970, renewed every `everyMs`. */
export function useNow(everyMs: number): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
