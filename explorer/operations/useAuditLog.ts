import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { failureOf } from '../session/failure.ts'
import { AuditLogDocument, type AuditFilter, type AuditLogQuery } from './generated/graphql.ts'

export type AuditEntry = NonNullable<AuditLogQuery['auditLog']>['nodes'][number]

const first = 50

/** The entries of a question, newest first, a page at a time. */
export function useAuditLog(where: () => AuditFilter) {
  const { result, loading, error, fetchMore, refetch } = useQuery(
    AuditLogDocument,
    () => ({ first, where: where() }),
    // A log that has gone on is another answer to the same question.
    { fetchPolicy: 'network-only', notifyOnNetworkStatusChange: true },
  )
  const page = computed(() => result.value?.auditLog ?? null)

  async function more(): Promise<void> {
    const after = page.value?.pageInfo.endCursor ?? null
    if (after === null || loading.value) return
    await fetchMore({
      variables: { after },
      updateQuery: (before, { fetchMoreResult }) => {
        const [old, next] = [before.auditLog, fetchMoreResult?.auditLog]
        if (old === null || old === undefined || next === null || next === undefined) return before
        return { ...before, auditLog: { ...next, nodes: [...old.nodes, ...next.nodes] } }
      },
    })
  }
  return {
    entries: computed(() => page.value?.nodes ?? []),
    hasAnswer: computed(() => page.value !== null),
    hasMore: computed(() => page.value?.pageInfo.hasNextPage === true),
    isLoading: loading,
    problem: computed(() => failureOf(error.value)),
    more,
    refresh: () => void refetch(),
  }
}
