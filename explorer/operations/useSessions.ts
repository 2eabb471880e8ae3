import { RevokeOtherSessionsDocument, RevokeSessionDocument, SessionsDocument, type SessionsQuery } from './generated/graphql.ts'
import { useAnswerOf } from './useAnswerOf.ts'
import { useChange } from './useChange.ts'

export type Session = NonNullable<SessionsQuery['sessions']>[number]

/** The logins of the own account, and how to end them. */
export function useSessions() {
  const { change, isBusy, failure } = useChange()
  return {
    ...useAnswerOf(SessionsDocument, ({ sessions }) => sessions),
    isBusy,
    failure,
    revoke: async (id: string) => change(RevokeSessionDocument, { id }, [SessionsDocument]),
    /** How many ended; null when it was refused. */
    revokeOthers: async () => (await change(RevokeOtherSessionsDocument, {}, [SessionsDocument]))?.revokeSessions ?? null,
  }
}
