import { computed, ref } from 'vue'

const isOn = ref(false)
const isHidden = ref(document.visibilityState === 'hidden')
document.addEventListener('visibilitychange', () => (isHidden.value = document.visibilityState === 'hidden'))

/** Whether the analyses are shown live; it stays on from page to page. While the tab is hidden nobody looks, so nothing is asked: `paused`. */
export type LiveMode = 'off' | 'on' | 'paused'

export function useLiveSwitch() {
  const mode = computed<LiveMode>(() => (isOn.value ? (isHidden.value ? 'paused' : 'on') : 'off'))
  return { isOn, mode }
}
