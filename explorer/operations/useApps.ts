import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { AppsDocument } from './generated/graphql.ts'

/** The apps of the tenant by name. */
export function useApps() {
  const { result, loading } = useQuery(AppsDocument)
  return { apps: computed(() => result.value?.apps ?? []), isLoading: loading }
}
