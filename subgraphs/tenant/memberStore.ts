import { LockMode } from '@mikro-orm/core'
import { Membership } from '#db/entities/tenant/Membership.ts'
import { lockOwners } from '#db/members/lockOwners.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import type { Identity } from '#ops/security/identity.ts'
import { scopesOf, type Role } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'
import { requireNeed } from '#ops/service/needs.ts'
import type { Acting } from './acting.ts'
import { requireRank } from './role.ts'
import type { MemberRow } from './rows.ts'

export type MemberStore = ReturnType<typeof createMemberStore>

/** Who is a member of the viewer's tenant, and with which role. */
export function createMemberStore(acting: Acting) {
  const { identity } = acting
  return {
    async list(first: number): Promise<readonly MemberRow[]> {
      return (await acting.inOwn((em) => em.find(Membership, {}, { orderBy: { createdAt: 'asc', accountId: 'asc' }, limit: first }))).map(memberRow)
    },

    /** Throws NOT_FOUND, FORBIDDEN (a role above the viewer's own is given or taken away) and LAST_OWNER. */
    changeRole: (accountId: string, role: Role): Promise<MemberRow> =>
      acting.inOwn(async (em) => {
        const { member, isLastOwner } = await lockMember(em, accountId)
        const own = await roleOfNow(em, identity)
        requireRank(own, role)
        requireRank(own, member.role)
        if (member.role === role) return memberRow(member)
        if (isLastOwner) throw failure('LAST_OWNER', {})
        const before = member.role
        member.role = role
        const target = `member:${accountId}`
        await acting.record(em, acting.tenantId(), { action: 'member.role_changed', target, before: { role: before }, after: { role } })
        return memberRow(member)
      }),

    /** Removes a member; anybody may remove themselves. Throws NOT_FOUND, FORBIDDEN and LAST_OWNER. */
    remove: (accountId: string): Promise<void> =>
      acting.inOwn(async (em) => {
        const isOneself = identity.subjectId === accountId
        if (!isOneself) requireNeed(identity, 'members:write')
        const { member, isLastOwner } = await lockMember(em, accountId)
        if (!isOneself) requireRank(await roleOfNow(em, identity), member.role)
        if (isLastOwner) throw failure('LAST_OWNER', {})
        em.remove(member)
        const action = isOneself ? 'member.left' : 'member.removed'
        await acting.record(em, acting.tenantId(), { action, target: `member:${accountId}`, before: { role: member.role }, after: null })
      }),
  }
}

async function lockMember(em: EntityManager, accountId: string): Promise<{ readonly member: Membership; readonly isLastOwner: boolean }> {
  const owners = await lockOwners(em)
  const member = isUuid(accountId) ? await em.findOne(Membership, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null
  if (member === null) throw failure('NOT_FOUND', { what: 'member' })
  return { member, isLastOwner: member.role === 'owner' && owners.length === 1 }
}

/**
 * Who the viewer is at this moment: what the gateway knows may be seconds old, in which one who was just demoted would undo it. Throws FORBIDDEN for who
 * is no member any more, or manages none.
 */
async function roleOfNow(em: EntityManager, identity: Identity): Promise<Identity> {
  const { subjectId } = identity
  const own = subjectId === null ? null : await em.findOne(Membership, { accountId: subjectId }, { lockMode: LockMode.PESSIMISTIC_READ })
  const now = { ...identity, role: own?.role ?? null, scopes: own === null ? [] : scopesOf(own.role) }
  requireNeed(now, 'members:write')
  return now
}

const memberRow = ({ accountId, role, createdAt }: Membership): MemberRow => ({ accountId, role, joinedAt: createdAt })
