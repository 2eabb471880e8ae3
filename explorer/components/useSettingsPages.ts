import { computed, ref } from 'vue'
import { settingsFor } from './navigation.ts'
import { explorerConfig } from '../operations/explorerConfig.ts'
import { useViewer } from '../operations/useViewer.ts'

/** The pages of the settings that the viewer may open; none until it is known who that is. */
export function useSettingsPages() {
  const { viewer } = useViewer()
  const hasOutbox = ref(false)
  void explorerConfig().then((config) => (hasOutbox.value = config.hasOutbox))
  return computed(() => (viewer.value === null ? [] : settingsFor(viewer.value.scopes, hasOutbox.value)))
}
