import { randomUUID } from 'node:crypto'
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core'
import { Invitation } from '#db/entities/tenant/Invitation.ts'
import { Membership } from '#db/entities/tenant/Membership.ts'
import { Tenant } from '#db/entities/tenant/Tenant.ts'
import type { AddressBook } from '#db/members/addressBook.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { createInvitationToken, hashInvitationToken, printInvitationToken } from '#ops/security/invitationToken.ts'
import type { Role } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'
import type { Acting } from './acting.ts'
import { requireRoom } from './quotas.ts'
import { requireRank } from './role.ts'
import type { InvitationRow } from './rows.ts'

export type InvitationStoreOptions = { readonly acting: Acting; readonly addresses: AddressBook; readonly mailKey: string }
export type InvitationStore = ReturnType<typeof createInvitationStore>

const VALID_DAYS = 7
const DAY_MS = 86_400_000
const WAITING = { acceptedAt: null, revokedAt: null } as const

/** Who was asked into the viewer's tenant. */
export function createInvitationStore({ acting, addresses, mailKey }: InvitationStoreOptions) {
  const { identity, now } = acting

  return {
    async list(first: number): Promise<readonly InvitationRow[]> {
      const waiting = { ...WAITING, expiresAt: { $gt: now() } }
      const addressOf = await addresses.readerFor(acting.tenantId())
      const found = await acting.inOwn((em) => em.find(Invitation, waiting, { orderBy: { createdAt: 'desc', id: 'asc' }, limit: first }))
      return found.map((invitation) => invitationRow(invitation, addressOf(invitation)))
    },

    /** Asks for the mail that carries the token. Throws FORBIDDEN (a role above the viewer's own), CONFLICT (a member, or invited already) and QUOTA_EXCEEDED. */
    invite: async ({ email, role }: { readonly email: string; readonly role: Role }): Promise<InvitationRow> => {
      requireRank(identity, role)
      const tenantId = acting.tenantId()
      const kept = (await addresses.sealerFor(tenantId))(email)
      return acting
        .inOwn(async (em) => {
          await requireRoom(em, tenantId, 'members', now())
          await requireStranger(em, { email, emailHash: kept.emailHash, now: now() })
          const token = createInvitationToken({ tenantId, invitationId: randomUUID() })
          const at = now()
          const expiresAt = new Date(at.getTime() + VALID_DAYS * DAY_MS)
          const invitation = em.create(Invitation, {
            tenantId,
            id: token.invitationId,
            email: null,
            ...kept,
            role,
            tokenHash: hashInvitationToken(token),
            invitedBy: identity.subjectId,
            createdAt: at,
            expiresAt,
            acceptedAt: null,
            acceptedBy: null,
            revokedAt: null,
          })
          em.persist(invitation)
          const target = `invitation:${invitation.id}`
          await acting.record(em, tenantId, { action: 'member.invited', target, before: null, after: { email, role } })
          const { name: tenant } = await em.findOneOrFail(Tenant, { id: tenantId })
          // Names of accounts are auth's, so the inviter goes by the role.
          const inviter = identity.role === 'owner' ? 'An owner' : 'An admin'
          const mail = { kind: 'invitation', to: email, inviter, tenant, role, token: printInvitationToken(token), days: VALID_DAYS } as const
          await requestMail(em, { tenantId, aggregate: target, mail, mailKey })
          return invitationRow(invitation, email)
        })
        .catch((error: unknown) => {
          if (error instanceof UniqueConstraintViolationException) throw invitedAlready(email)
          throw error
        })
    },

    /** Throws NOT_FOUND for one that does not wait any more, too. */
    revoke: async (id: string): Promise<InvitationRow> => {
      const addressOf = await addresses.readerFor(acting.tenantId())
      return acting.inOwn(async (em) => {
        const invitation = isUuid(id) ? await em.findOne(Invitation, { id, ...WAITING }, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null
        if (invitation === null) throw failure('NOT_FOUND', { what: 'invitation that waits' })
        requireRank(identity, invitation.role)
        invitation.revokedAt = now()
        const email = addressOf(invitation)
        const before = { email, role: invitation.role }
        await acting.record(em, acting.tenantId(), { action: 'invitation.revoked', target: `invitation:${id}`, before, after: null })
        return invitationRow(invitation, email)
      })
    },
  }
}

type Asked = { readonly email: string; readonly emailHash: Buffer; readonly now: Date }

/** Throws CONFLICT for a member's address and for one that an invitation waits for; one that has expired makes room. */
async function requireStranger(em: EntityManager, { email, emailHash, now }: Asked): Promise<void> {
  if ((await em.findOne(Membership, { emailHash })) !== null) throw failure('CONFLICT', { message: `${email} is a member already.` })
  const invitation = await em.findOne(Invitation, { $or: [{ emailHash }, { email }], ...WAITING }, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (invitation === null) return
  if (invitation.expiresAt > now) throw invitedAlready(email)
  invitation.revokedAt = now
  await em.flush()
}

const invitedAlready = (email: string) => failure('CONFLICT', { message: `${email} is invited already. Revoke that invitation before you send another one.` })

function invitationRow({ id, role, invitedBy, createdAt, expiresAt }: Invitation, email: string | null): InvitationRow {
  return { id, email, role, invitedBy: invitedBy ?? null, createdAt, expiresAt }
}
