import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether somebody may see the page: false while its tab is behind another. */
export function useIsVisible(): Readonly<Ref<boolean>> {
  const isVisible = ref(document.visibilityState === 'visible')
  const look = () => (isVisible.value = document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => document.removeEventListener('visibilitychange', look))
  return isVisible
}
