import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { AppsDocument } from './generated/graphql.ts'

/** The apps of the tenant by name, and the first of its campaigns for an example. */
export function useApps() {
  const { result, loading } = useQuery(AppsDocument)
  return { apps: computed(() => result.value?.apps ?? []), campaign: computed(() => result.value?.campaigns?.[0] ?? null), isLoading: loading }
}
