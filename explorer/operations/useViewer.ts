import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { MeDocument } from './generated/graphql.ts'

/** Who asks. `isKnown` before scopes are believed: an analysis waits for it, so that it is asked once. */
export function useViewer() {
  const { result, loading } = useQuery(MeDocument)
  const viewer = computed(() => result.value?.me ?? null)
  return {
    viewer,
    isKnown: computed(() => viewer.value !== null || !loading.value),
    mayExplain: computed(() => viewer.value?.scopes.includes('explain') === true),
    /** ISO 4217; USD until it is known. */
    currency: computed(() => viewer.value?.tenant?.reportingCurrency ?? 'USD'),
  }
}
