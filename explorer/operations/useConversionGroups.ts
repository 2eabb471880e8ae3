import { computed } from 'vue'
import {
  ConversionGroupsDocument,
  MoveConversionGroupDocument,
  RemoveConversionGroupDocument,
  type ConversionGroupsQuery,
  type StreamStart,
} from './generated/graphql.ts'
import { useChange } from './useChange.ts'
import { usePolledAnswer } from './usePolledAnswer.ts'

export type ConversionGroup = NonNullable<ConversionGroupsQuery['conversionGroups']>[number]

/** The groups that read the log of conversions, as they are now, and what can be done with them. */
export function useConversionGroups(isAllowed: () => boolean) {
  const { answer, problem, isLoading, retry } = usePolledAnswer(ConversionGroupsDocument, () => (isAllowed() ? {} : null))
  const { change, isBusy, failure, forget } = useChange()
  /** Whether it was done. */
  async function done(asked: Promise<object | null>): Promise<boolean> {
    const isDone = (await asked) !== null
    if (isDone) retry()
    return isDone
  }
  return {
    groups: computed(() => answer.value?.conversionGroups ?? null),
    problem,
    isLoading,
    retry,
    isBusy,
    failure,
    forget,
    move: async (name: string, to: StreamStart) => done(change(MoveConversionGroupDocument, { name, to })),
    remove: async (name: string) => done(change(RemoveConversionGroupDocument, { name })),
  }
}
