import type { TypedDocumentNode } from '@apollo/client/core'
import { useQuery } from '@vue/apollo-composable'
import { computed, type ComputedRef } from 'vue'
import { failureOf } from '../session/failure.ts'

/** What the server says now, asked anew whenever the page opens: what others change is seen. `read` gives null for what was not answered. */
export function useAnswerOf<Data, Part>(
  document: TypedDocumentNode<Data, Record<string, never>>,
  read: (data: Data) => Part | null,
  isAllowed: () => boolean = () => true,
) {
  const { result, loading, error, refetch } = useQuery(document, {}, () => ({ enabled: isAllowed(), fetchPolicy: 'cache-and-network' as const }))
  const answer: ComputedRef<Part | null> = computed(() => (result.value === undefined ? null : read(result.value as Data)))
  return { answer, isLoading: loading, problem: computed(() => failureOf(error.value)), retry: () => void refetch() }
}
