import type { TypedDocumentNode } from '@apollo/client/core'
import { useChange } from './useChange.ts'
import { usePolledAnswer } from './usePolledAnswer.ts'

/** Records of the tenant as they are now, and changes of them, each of which is seen at once. */
export function usePolledRecords<Data>(document: TypedDocumentNode<Data, Record<string, never>>, isAllowed: () => boolean) {
  const { answer, problem, isLoading, retry } = usePolledAnswer({ document, variables: () => (isAllowed() ? {} : null) })
  const { change, isBusy, failure, forget } = useChange()
  /** What the change answers; null when it was refused. */
  async function changed<Changed>(asked: Promise<Changed | null>): Promise<Changed | null> {
    const data = await asked
    if (data !== null) retry()
    return data
  }
  return { answer, change, changed, state: { problem, isLoading, retry, isBusy, failure, forget } }
}
