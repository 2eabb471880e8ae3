import { failure } from '#ops/service/errors.ts'
import { AccountRef } from './account.ts'
import { builder } from './builder.ts'
import { readFirst } from './input.ts'
import { readRole } from './role.ts'
import type { MemberRow } from './rows.ts'

const MemberRef = builder.objectRef<MemberRow>('Member').implement({
  description: 'An account in the tenant, with its role.',
  fields: (t) => ({
    account: t.field({
      type: AccountRef,
      nullable: true,
      description: 'Who it is; the name and the address are told to those who may see members.',
      resolve: (member) => ({ id: member.accountId }),
    }),
    role: t.exposeString('role', { description: 'owner, admin, user or viewer.' }),
    joinedAt: t.field({ type: 'DateTime', description: 'Since when it is a member.', resolve: (member) => member.joinedAt }),
  }),
})

builder.queryField('members', (t) =>
  t.field({
    type: [MemberRef],
    nullable: true,
    needs: 'members:read',
    description: 'The members of the tenant, the oldest first.',
    args: { first: t.arg.int({ required: true, defaultValue: 100, description: 'At most this many, 1 to 500.' }) },
    resolve: async (_root, { first }, { members }) => [...(await members.list(readFirst(first)))],
  }),
)

builder.mutationField('changeMemberRole', (t) =>
  t.field({
    type: MemberRef,
    needs: 'members:write',
    description: 'Gives a member another role, none above one’s own; owners are made and unmade by owners, and the last owner stays (LAST_OWNER).',
    args: {
      accountId: t.arg.id({ required: true, description: 'The id of the member’s account.' }),
      role: t.arg.string({ required: true, description: 'owner, admin, user or viewer.' }),
    },
    resolve: (_root, { accountId, role }, { members }) => members.changeRole(accountId, readRole(role)),
  }),
)

builder.mutationField('removeMember', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Removes a member, or oneself; another needs the scope `members:write` and no role above one’s own. The last owner stays (LAST_OWNER).',
    args: { accountId: t.arg.id({ required: true, description: 'The id of the member’s account.' }) },
    resolve: async (_root, { accountId }, { members, identity }) => {
      if (identity.tenantId === null) throw failure('NOT_FOUND', { what: 'member' })
      await members.remove(accountId)
      return true
    },
  }),
)
