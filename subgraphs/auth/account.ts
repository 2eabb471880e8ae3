import type { AccountRow } from './issuer.ts'
import { builder, type AuthContext } from './builder.ts'

export const AccountRef = builder.objectRef<AccountRow>('Account').implement({
  description: 'Somebody who can log in. Everything but the id is null for an account that the viewer may not see.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the account.' }),
    email: t.exposeString('email', { nullable: true, description: 'The address it logs in with, in lower case.' }),
    name: t.exposeString('name', { nullable: true, description: 'What the person is called.' }),
    emailVerifiedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the link that was sent to the address was followed; null until then, and for another account.',
      resolve: async (account, _arguments, context) => (await ownOf(account, context))?.emailVerifiedAt ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was registered; null for another account.',
      resolve: async (account, _arguments, context) => (await ownOf(account, context))?.createdAt ?? null,
    }),
  }),
})

/** A login names its account by what it knows of it; the rest is read when it is asked for. */
async function ownOf(account: AccountRow, { auth }: AuthContext): Promise<AccountRow | null> {
  if (account.createdAt !== undefined) return account
  return account.email === null ? null : auth.account(account.id)
}

builder.asEntity(AccountRef, {
  key: builder.selection<{ id: string | number }>('id'),
  // One's own account, and of fellow members the name and the address.
  resolveReference: async ({ id }, { auth, identity }) => {
    // wall: reference-of-account
    const isOwn = identity.kind === 'account' && identity.subjectId === id
    const account = isOwn ? await auth.account(id) : await auth.fellow(identity, String(id))
    return account ?? { id: String(id), email: null, name: null }
  },
})
