import { computed, ref } from 'vue'
import { useIsVisible } from '../design/useIsVisible.ts'

const isOn = ref(false)

/** Whether the analyses are shown live; it stays on from page to page. While the tab is hidden nobody looks, so nothing is asked: `paused`. */
export type LiveMode = 'off' | 'on' | 'paused'

export function useLiveSwitch() {
  const isVisible = useIsVisible()
  const mode = computed<LiveMode>(() => (isOn.value ? (isVisible.value ? 'on' : 'paused') : 'off'))
  return { isOn, mode }
}
