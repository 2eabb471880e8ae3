import { useQuery } from '@vue/apollo-composable'
import { computed, ref, shallowRef } from 'vue'
import type { DocumentNode } from 'graphql'
import { client } from '../session/client.ts'
import { failureOf, failureOfErrors, type Failure } from '../session/failure.ts'
import {
  CreateSegmentDocument,
  DeleteSegmentDocument,
  FreezeSegmentDocument,
  SegmentsDocument,
  type CreateSegmentInput,
  type SegmentsQuery,
} from './generated/graphql.ts'

export type Segment = NonNullable<SegmentsQuery['segments']>[number]

/** The tenant's segments by name. */
export function useSegments() {
  const { result, loading, error, refetch } = useQuery(SegmentsDocument)
  const segments = computed(() => result.value?.segments ?? [])
  const names = computed(() => new Map(segments.value.map(({ id, name }) => [id, name])))
  return {
    segments,
    /** Its id while the name is not known. */
    nameOf: (id: string): string => names.value.get(id) ?? id,
    isKnown: computed(() => result.value !== undefined),
    isLoading: loading,
    problem: computed(() => failureOf(error.value)),
    retry: () => void refetch(),
  }
}

/** Saves, freezes and takes away. What was answered with a segment that changed is forgotten. */
export function useSegmentChanges() {
  const isBusy = ref(false)
  const failure = shallowRef<Failure | null>(null)

  /** Whether it was done; `failure` says why not. */
  async function change(mutation: DocumentNode, variables: object): Promise<boolean> {
    isBusy.value = true
    try {
      const { errors } = await client.mutate<unknown, object>({ mutation, variables, refetchQueries: [SegmentsDocument], awaitRefetchQueries: true })
      failure.value = failureOfErrors(errors ?? [])
    } catch (problem) {
      failure.value = failureOf(problem)
    } finally {
      isBusy.value = false
    }
    if (failure.value !== null) return false
    for (const fieldName of ['metrics', 'cohorts', 'attribution', 'funnel', 'segmentSize']) client.cache.evict({ id: 'ROOT_QUERY', fieldName })
    return true
  }
  return {
    isBusy,
    failure,
    create: async (input: CreateSegmentInput) => change(CreateSegmentDocument, { input }),
    setFrozen: async (id: string, isFrozen: boolean) => change(FreezeSegmentDocument, { id, isFrozen }),
    remove: async (id: string) => change(DeleteSegmentDocument, { id }),
  }
}
