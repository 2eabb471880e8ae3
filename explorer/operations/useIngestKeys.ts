import { useQuery } from '@vue/apollo-composable'
import { computed, ref, shallowRef } from 'vue'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import { CreateIngestKeyDocument, IngestKeysDocument, type IngestKeysQuery, type IngestKind } from './generated/graphql.ts'

export type IngestKey = NonNullable<IngestKeysQuery['keys']>[number]
/** `maxRevenue` is of one event, in the reporting currency; null and '' are none. */
export type NewIngestKey = { readonly kind: IngestKind; readonly name: string; readonly app: string | null; readonly maxRevenue: string }
/** `text` is known this once. */
export type CreatedKey = { readonly id: string; readonly name: string; readonly text: string }

/** The ingest keys of the tenant that work, and how to make one. Asked when `isAllowed`. */
export function useIngestKeys(isAllowed: () => boolean) {
  const { result, refetch, loading, error } = useQuery(IngestKeysDocument, {}, () => ({ enabled: isAllowed() }))
  const keys = computed(() => (result.value?.keys ?? []).filter((key) => key.kind === 'INGEST' && key.revokedAt === null))
  const isCreating = ref(false)
  const failure = shallowRef<Failure | null>(null)

  /** null when it was refused; `failure` says why. */
  async function create({ kind, name, app, maxRevenue }: NewIngestKey): Promise<CreatedKey | null> {
    isCreating.value = true
    try {
      const input = {
        kind: 'INGEST' as const,
        ingestKind: kind,
        name: name.trim(),
        ...(app === null ? {} : { app }),
        ...(maxRevenue.trim() === '' ? {} : { maxRevenue: maxRevenue.trim() }),
      }
      const { data, errors } = await client.mutate({ mutation: CreateIngestKeyDocument, variables: { input } })
      failure.value = failureOfErrors(errors ?? [])
      if (data === null || data === undefined) return null
      void refetch()
      return { ...data.createKey.key, text: data.createKey.text }
    } catch (problem) {
      failure.value = failureOf(problem)
      return null
    } finally {
      isCreating.value = false
    }
  }
  return { keys, isLoading: loading, problem: computed(() => failureOf(error.value)), create, isCreating, failure }
}
