import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { AuditNamesDocument } from './generated/graphql.ts'
import type { AuditEntry } from './useAuditLog.ts'

/** What the ids of an audit log are called: accounts, keys. Who left the tenant is known by the entries alone. */
export function useAuditNames(entries: () => readonly AuditEntry[]) {
  const { result } = useQuery(AuditNamesDocument, {}, { fetchPolicy: 'cache-and-network' })
  return computed<ReadonlyMap<string, string>>(() => {
    const keys = (result.value?.keys ?? []).map(({ id, name }) => [id, name] as const)
    const seen = entries().map(({ actor }) => actor.account)
    const accounts = [...seen, ...(result.value?.members ?? []).map(({ account }) => account)].flatMap((account) => {
      const name = account?.name ?? account?.email ?? null
      return account === null || name === null ? [] : [[account.id, name] as const]
    })
    return new Map([...keys, ...accounts])
  })
}
