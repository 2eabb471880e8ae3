import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { failureOf } from '../session/failure.ts'
import { AcceptInvitationDocument, InvitationPreviewDocument } from './generated/graphql.ts'
import { switchTenant } from './switchTenant.ts'
import { useChange } from './useChange.ts'

/** What the invitation of a token says, and how to accept it. */
export function useInvitation(token: () => string | null) {
  const { result, loading, error, refetch } = useQuery(
    InvitationPreviewDocument,
    () => ({ token: token() ?? '' }),
    () => ({ enabled: token() !== null, fetchPolicy: 'network-only' as const }),
  )
  const { change, isBusy, failure } = useChange()

  /** Goes on in the tenant that was joined. */
  async function accept(): Promise<void> {
    const accepted = await change(AcceptInvitationDocument, { token: token() ?? '' })
    if (accepted !== null) await switchTenant(accepted.acceptInvitation.tenantId)
  }
  return {
    invitation: computed(() => result.value?.invitationPreview ?? null),
    isLoading: loading,
    problem: computed(() => failureOf(error.value)),
    retry: () => void refetch(),
    accept,
    isBusy,
    failure,
  }
}
