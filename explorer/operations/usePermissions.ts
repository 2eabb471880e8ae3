import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { failureOf } from '../session/failure.ts'
import { PermissionsDocument, type PermissionsQuery } from './generated/graphql.ts'

export type Permission = NonNullable<PermissionsQuery['permissions']>[number]

/** Who may do what: the same for every tenant. */
export function usePermissions() {
  const { result, loading, error, refetch } = useQuery(PermissionsDocument)
  return {
    permissions: computed(() => result.value?.permissions ?? []),
    isKnown: computed(() => result.value !== undefined),
    isLoading: loading,
    problem: computed(() => failureOf(error.value)),
    retry: () => void refetch(),
  }
}
