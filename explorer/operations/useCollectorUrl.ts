import { ref, type Ref } from 'vue'

/** Where events are sent to, as the gateway's configuration says it; null until it is known, and when it cannot be told. */
export function useCollectorUrl(): Readonly<Ref<string | null>> {
  const url = ref<string | null>(null)
  void ask().then((known) => (url.value = known))
  return url
}

async function ask(): Promise<string | null> {
  try {
    const response = await fetch('/explorer-config.json')
    const body: unknown = response.ok ? await response.json() : null
    return typeof body === 'object' && body !== null && 'collectorUrl' in body && typeof body.collectorUrl === 'string' ? body.collectorUrl : null
  } catch {
    return null
  }
}
