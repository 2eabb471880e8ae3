import { ref, type Ref } from 'vue'
import { explorerConfig } from './explorerConfig.ts'

/** Where events are sent to, as the gateway's configuration says it; null until it is known, and when it cannot be told. */
export function useCollectorUrl(): Readonly<Ref<string | null>> {
  const url = ref<string | null>(null)
  void explorerConfig().then(({ collectorUrl }) => (url.value = collectorUrl))
  return url
}
