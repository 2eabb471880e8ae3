import {
  ChangeMemberRoleDocument,
  InvitationsDocument,
  InviteMemberDocument,
  MembersDocument,
  RemoveMemberDocument,
  RevokeInvitationDocument,
  type InvitationsQuery,
  type MembersQuery,
} from './generated/graphql.ts'
import { useAnswerOf } from './useAnswerOf.ts'
import { useChange } from './useChange.ts'

export type Member = NonNullable<MembersQuery['members']>[number]
export type Invitation = NonNullable<InvitationsQuery['invitations']>[number]

/** Who is in the tenant. Asked when `isAllowed`. */
export const useMembers = (isAllowed: () => boolean) => useAnswerOf(MembersDocument, ({ members }) => members, isAllowed)

/** Who was asked into it and has not come yet. Asked when `isAllowed`. */
export const useInvitations = (isAllowed: () => boolean) => useAnswerOf(InvitationsDocument, ({ invitations }) => invitations, isAllowed)

/** What can be done with both; each is null when it was refused. */
export function useMemberChanges() {
  const { change, isBusy, failure } = useChange()
  return {
    isBusy,
    failure,
    invite: async (email: string, role: string) => change(InviteMemberDocument, { email, role }, [InvitationsDocument]),
    revoke: async (id: string) => change(RevokeInvitationDocument, { id }, [InvitationsDocument]),
    changeRole: async (accountId: string, role: string) => change(ChangeMemberRoleDocument, { accountId, role }, [MembersDocument]),
    remove: async (accountId: string) => change(RemoveMemberDocument, { accountId }, [MembersDocument]),
  }
}
