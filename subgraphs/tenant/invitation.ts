import { foldEmail } from '#ops/service/email.ts'
import { failure } from '#ops/service/errors.ts'
import { AccountRef } from './account.ts'
import { builder, MembershipRef } from './builder.ts'
import { InputCheck, readFirst } from './input.ts'
import { readRole } from './role.ts'
import type { InvitationRow, PreviewRow } from './rows.ts'

const InvitationRef = builder.objectRef<InvitationRow>('Invitation').implement({
  description: 'Somebody who was asked into the tenant and has not come yet.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The address that the token was mailed to, in lower case; null when the personal data of the tenant was destroyed since.',
    }),
    role: t.exposeString('role', { description: 'The role to come: owner, admin, user or viewer.' }),
    invitedBy: t.field({
      type: AccountRef,
      nullable: true,
      description: 'Who invited; null when no account did.',
      resolve: ({ invitedBy }) => (invitedBy === null ? null : { id: invitedBy }),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was sent.', resolve: (invitation) => invitation.createdAt }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends, seven days later.', resolve: (invitation) => invitation.expiresAt }),
  }),
})

const PreviewRef = builder.objectRef<PreviewRow>('InvitationPreview').implement({
  description: 'What an invitation says to whoever holds its token.',
  fields: (t) => ({
    tenantName: t.exposeString('tenantName', { description: 'What people call the tenant.' }),
    email: t.exposeString('email', { description: 'The address it was sent to: the account that accepts it has to have it.' }),
    role: t.exposeString('role', { description: 'owner, admin, user or viewer.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends.', resolve: (invitation) => invitation.expiresAt }),
  }),
})

builder.queryField('invitations', (t) =>
  t.field({
    type: [InvitationRef],
    nullable: true,
    needs: 'members:read',
    description: 'The invitations that wait, the newest first.',
    args: { first: t.arg.int({ required: true, defaultValue: 100, description: 'At most this many, 1 to 500.' }) },
    resolve: async (_root, { first }, { invitations }) => [...(await invitations.list(readFirst(first)))],
  }),
)

builder.queryField('invitationPreview', (t) =>
  t.field({
    type: PreviewRef,
    nullable: true,
    description: 'What an invitation says, before one logs in or registers to accept it; INVITATION_INVALID when it is not good any more.',
    args: { token: t.arg.string({ required: true, description: 'The token of the mail.' }) },
    resolve: (_root, { token }, { door }) => door.preview(token),
  }),
)

builder.mutationField('inviteMember', (t) =>
  t.field({
    type: InvitationRef,
    needs: 'members:write',
    description:
      'Mails somebody a token by which they become a member: for seven days, once, with no role above one’s own. CONFLICT for a member or one who is invited already.',
    args: {
      email: t.arg.string({ required: true, description: 'The address.' }),
      role: t.arg.string({ required: true, description: 'owner, admin, user or viewer.' }),
    },
    resolve: (_root, { email, role }, { invitations }) => {
      const folded = foldEmail(email)
      const check = new InputCheck()
      check.expect(folded !== null, 'email', 'must be an e-mail address')
      check.done()
      return invitations.invite({ email: folded ?? '', role: readRole(role) })
    },
  }),
)

builder.mutationField('revokeInvitation', (t) =>
  t.field({
    type: InvitationRef,
    needs: 'members:write',
    description: 'Takes an invitation back: its token is good for nothing from now on.',
    args: { id: t.arg.id({ required: true, description: 'The id of the invitation.' }) },
    resolve: (_root, { id }, { invitations }) => invitations.revoke(id),
  }),
)

builder.mutationField('acceptInvitation', (t) =>
  t.field({
    type: MembershipRef,
    needs: 'account',
    description: 'Makes the account that is logged in a member, when it has the address that was invited; switchTenant then enters the tenant.',
    args: { token: t.arg.string({ required: true, description: 'The token of the mail.' }) },
    resolve: (_root, { token }, { door, identity }) => {
      if (identity.subjectId === null) throw failure('UNAUTHENTICATED', { message: 'This needs a login.' })
      return door.accept(identity.subjectId, token)
    },
  }),
)
