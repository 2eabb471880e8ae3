import { ForeignKeyConstraintViolationException, LockMode } from '@mikro-orm/core'
import { Invitation } from '#db/entities/tenant/Invitation.ts'
import { Membership } from '#db/entities/tenant/Membership.ts'
import { Tenant } from '#db/entities/tenant/Tenant.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { isInvitationHash, parseInvitationToken } from '#ops/security/invitationToken.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { Acting } from './acting.ts'
import { mayInvite } from './role.ts'
import type { JoinedRow, PreviewRow } from './rows.ts'

export type InvitationDoor = ReturnType<typeof createInvitationDoor>

/** How somebody with an invitation comes in: into the tenant that the token names, whichever the viewer is in. */
export function createInvitationDoor(acting: Acting) {
  const { now } = acting

  /** The invitation of a token with its row locked. Throws INVITATION_INVALID; whoever has not the secret is told no more than that there is none. */
  async function withToken<Result>(text: string, work: (em: EntityManager, invitation: Invitation) => Promise<Result>): Promise<Result> {
    const token = parseInvitationToken(text)
    if (token === null || !isUuid(token.tenantId)) throw failure('INVITATION_INVALID', { why: 'is not known' })
    return acting.inNamed(token.tenantId, async (em) => {
      const invitation = await em.findOne(Invitation, { id: token.invitationId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (invitation === null || !isInvitationHash(token, invitation.tokenHash)) throw failure('INVITATION_INVALID', { why: 'is not known' })
      if (!isAbsent(invitation.acceptedAt)) throw failure('INVITATION_INVALID', { why: 'was used already' })
      if (!isAbsent(invitation.revokedAt)) throw failure('INVITATION_INVALID', { why: 'was taken back' })
      if (invitation.expiresAt <= now()) throw failure('INVITATION_INVALID', { why: 'has expired' })
      return work(em, invitation)
    })
  }

  return {
    /** What the token invites to, for whoever holds it. Throws INVITATION_INVALID. */
    preview: (token: string): Promise<PreviewRow> =>
      withToken(token, async (em, { tenantId, email, role, expiresAt }) => {
        const { name } = await em.findOneOrFail(Tenant, { id: tenantId })
        return { tenantName: name, email, role, expiresAt }
      }),

    /**
     * Makes the account a member. The token was mailed to the address, so it proves the mailbox, and an account of the same address may use it, verified
     * or not. Somebody who is a member already keeps their role. Throws INVITATION_INVALID and INVITATION_FOR_ANOTHER.
     */
    accept: (accountId: string, token: string): Promise<JoinedRow> =>
      withToken(token, async (em, invitation) => {
        const { tenantId, id, email } = invitation
        await requireInviter(em, invitation)
        const at = now()
        invitation.acceptedAt = at
        invitation.acceptedBy = accountId
        await flushAddress(em)
        const known = await em.findOne(Membership, { accountId })
        const role = known?.role ?? invitation.role
        if (known === null) em.persist(em.create(Membership, { tenantId, accountId, email, role, createdAt: at }))
        const target = `member:${accountId}`
        await acting.record(em, tenantId, { action: 'member.joined', target, before: known && { role }, after: { role, invitation: id } })
        const { slug, name } = await em.findOneOrFail(Tenant, { id: tenantId })
        return { tenantId, slug, name, role }
      }),
  }
}

/** Whoever was removed or lost their role gives it to nobody any more. Throws INVITATION_INVALID. */
async function requireInviter(em: EntityManager, { invitedBy, role }: Invitation): Promise<void> {
  if (isAbsent(invitedBy)) return
  const inviter = await em.findOne(Membership, { accountId: invitedBy }, { lockMode: LockMode.PESSIMISTIC_READ })
  if (inviter === null || !mayInvite(inviter.role, role))
    throw failure('INVITATION_INVALID', { why: 'was sent by somebody who may not give this role any more' })
}

/** Accounts are not the tenant's to read: that the account has the invitation's address is a foreign key. Throws INVITATION_FOR_ANOTHER. */
async function flushAddress(em: EntityManager): Promise<void> {
  try {
    await em.flush()
  } catch (error) {
    throw error instanceof ForeignKeyConstraintViolationException ? failure('INVITATION_FOR_ANOTHER', {}) : error
  }
}
