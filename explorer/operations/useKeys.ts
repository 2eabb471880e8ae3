import { CreateKeyDocument, KeysDocument, RevokeKeyDocument, RotateKeyDocument, type CreateKeyInput, type KeysQuery } from './generated/graphql.ts'
import { useAnswerOf } from './useAnswerOf.ts'
import { useChange } from './useChange.ts'
import type { CreatedKey } from './useIngestKeys.ts'

export type Key = NonNullable<KeysQuery['keys']>[number]

/** The keys of the tenant, the newest first. Asked when `isAllowed`. */
export const useKeys = (isAllowed: () => boolean) => useAnswerOf(KeysDocument, ({ keys }) => keys, isAllowed)

type Payload = { readonly text: string; readonly key: { readonly id: string; readonly name: string } }

/** What can be done with keys; each is null when it was refused. The text of a new one is known this once. */
export function useKeyChanges() {
  const { change, isBusy, failure, forget } = useChange()
  const createdOf = (payload: Payload | undefined): CreatedKey | null => (payload === undefined ? null : { ...payload.key, text: payload.text })
  return {
    isBusy,
    failure,
    forget,
    create: async (input: CreateKeyInput) => createdOf((await change(CreateKeyDocument, { input }, [KeysDocument]))?.createKey),
    rotate: async (id: string, overlapMinutes: number) => createdOf((await change(RotateKeyDocument, { id, overlapMinutes }, [KeysDocument]))?.rotateKey),
    revoke: async (id: string) => change(RevokeKeyDocument, { id }, [KeysDocument]),
  }
}
