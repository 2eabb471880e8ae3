import { computed } from 'vue'
import {
  ConversionGroupsDocument,
  MoveConversionGroupDocument,
  RemoveConversionGroupDocument,
  type ConversionGroupsQuery,
  type StreamStart,
} from './generated/graphql.ts'
import { usePolledRecords } from './usePolledRecords.ts'

export type ConversionGroup = NonNullable<ConversionGroupsQuery['conversionGroups']>[number]

/** The groups that read the log of conversions, as they are now, and what can be done with them. */
export function useConversionGroups(isAllowed: () => boolean) {
  const { answer, change, changed, state } = usePolledRecords(ConversionGroupsDocument, isAllowed)
  return {
    ...state,
    groups: computed(() => answer.value?.conversionGroups ?? null),
    /** Whether it was done, as all below. */
    move: async (name: string, to: StreamStart) => (await changed(change(MoveConversionGroupDocument, { name, to }))) !== null,
    remove: async (name: string) => (await changed(change(RemoveConversionGroupDocument, { name }))) !== null,
  }
}
