import { forgetAnswers } from '../session/client.ts'
import { renew } from '../session/session.ts'
import { RemoveMemberDocument } from './generated/graphql.ts'
import { useChange } from './useChange.ts'

/** Ends one's own membership, and goes on in another tenant of the account where there is one. */
export function useLeaving() {
  const { change, isBusy, failure } = useChange()

  async function leave(accountId: string): Promise<void> {
    if ((await change(RemoveMemberDocument, { accountId })) === null) return
    // The next token is of another tenant, or of none.
    await renew()
    await forgetAnswers()
    globalThis.location.assign('/')
  }
  return { leave, isBusy, failure }
}
