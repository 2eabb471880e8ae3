import { ForeignKeyConstraintViolationException, LockMode } from '@mikro-orm/core'
import { Invitation } from '#db/entities/tenant/Invitation.ts'
import { Membership } from '#db/entities/tenant/Membership.ts'
import { Tenant } from '#db/entities/tenant/Tenant.ts'
import type { AddressBook } from '#db/members/addressBook.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { isInvitationHash, parseInvitationToken } from '#ops/security/invitationToken.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { Acting } from './acting.ts'
import { mayInvite } from './role.ts'
import type { JoinedRow, PreviewRow } from './rows.ts'

/** An invitation with its address as it can be read. */
type Invited = { readonly invitation: Invitation; readonly address: string }

export type InvitationDoorOptions = { readonly acting: Acting; readonly addresses: AddressBook }
export type InvitationDoor = ReturnType<typeof createInvitationDoor>

/** How somebody with an invitation comes in: into the tenant that the token names, whichever the viewer is in. */
export function createInvitationDoor({ acting, addresses }: InvitationDoorOptions) {
  const { now } = acting

  /** The invitation of a token with its row locked. Throws INVITATION_INVALID; whoever has not the secret is told no more than that there is none. */
  async function withToken<Result>(text: string, work: (em: EntityManager, invited: Invited) => Promise<Result>): Promise<Result> {
    const token = parseInvitationToken(text)
    if (token === null || !isUuid(token.tenantId)) throw failure('INVITATION_INVALID', { why: 'is not known' })
    const addressOf = await addresses.readerFor(token.tenantId)
    return acting.inNamed(token.tenantId, async (em) => {
      const invitation = await em.findOne(Invitation, { id: token.invitationId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (invitation === null || !isInvitationHash(token, invitation.tokenHash)) throw failure('INVITATION_INVALID', { why: 'is not known' })
      if (!isAbsent(invitation.acceptedAt)) throw failure('INVITATION_INVALID', { why: 'was used already' })
      if (!isAbsent(invitation.revokedAt)) throw failure('INVITATION_INVALID', { why: 'was taken back' })
      if (invitation.expiresAt <= now()) throw failure('INVITATION_INVALID', { why: 'has expired' })
      const address = addressOf(invitation)
      if (address === null) throw failure('INVITATION_INVALID', { why: 'cannot be read any more' })
      return work(em, { invitation, address })
    })
  }

  return {
    /** What the token invites to, for whoever holds it. Throws INVITATION_INVALID. */
    preview: (token: string): Promise<PreviewRow> =>
      withToken(token, async (em, { invitation: { tenantId, role, expiresAt }, address }) => {
        const { name } = await em.findOneOrFail(Tenant, { id: tenantId })
        return { tenantName: name, email: address, role, expiresAt }
      }),

    /**
     * Makes the account a member. The token was mailed to the address, so it proves the mailbox, and an account of the same address may use it, verified
     * or not. Somebody who is a member already keeps their role. Throws INVITATION_INVALID and INVITATION_FOR_ANOTHER.
     */
    accept: (accountId: string, token: string): Promise<JoinedRow> =>
      withToken(token, async (em, { invitation, address }) => {
        const { tenantId, id } = invitation
        await requireInviter(em, invitation)
        const at = now()
        invitation.acceptedAt = at
        invitation.acceptedBy = accountId
        await compareAddress(em, invitation, address)
        const known = await em.findOne(Membership, { accountId })
        const role = known?.role ?? invitation.role
        if (known === null) em.persist(em.create(Membership, { tenantId, accountId, emailHash: invitation.emailHash ?? null, role, createdAt: at }))
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

/**
 * Accounts are not the tenant's to read: that the account has the invitation's address is a foreign key. For it the address stands there plain, within
 * this transaction. Throws INVITATION_FOR_ANOTHER.
 */
async function compareAddress(em: EntityManager, invitation: Invitation, address: string): Promise<void> {
  invitation.email = address
  try {
    await em.flush()
  } catch (error) {
    throw error instanceof ForeignKeyConstraintViolationException ? failure('INVITATION_FOR_ANOTHER', {}) : error
  }
  // One that was never sealed is left to the worker.
  if (!isAbsent(invitation.emailSealed)) invitation.email = null
  await em.flush()
}
