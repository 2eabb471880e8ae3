import type { AccountRow } from './issuer.ts'
import { builder } from './builder.ts'

export const AccountRef = builder.objectRef<AccountRow>('Account').implement({
  description: 'Somebody who can log in. Everything but the id is null for an account that the viewer may not see.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the account.' }),
    email: t.exposeString('email', { nullable: true, description: 'The address it logs in with, in lower case.' }),
    name: t.exposeString('name', { nullable: true, description: 'What the person is called.' }),
  }),
})

builder.asEntity(AccountRef, {
  key: builder.selection<{ id: string | number }>('id'),
  // One's own account, and of fellow members the name and the address.
  resolveReference: async ({ id }, { auth, identity }) => {
    const isOwn = identity.kind === 'account' && identity.subjectId === id
    const account = isOwn ? await auth.account(id) : await auth.fellow(identity, String(id))
    return account ?? { id: String(id), email: null, name: null }
  },
})
