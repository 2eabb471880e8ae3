import { builder } from './builder.ts'
import { readRefreshCookie } from './cookie.ts'
import type { EmailCheck } from './emailCheck.ts'
import { ownerOf } from './ownSession.ts'

const EmailCheckRef = builder.objectRef<EmailCheck>('EmailCheck').implement({
  description: 'What a form may know of an e-mail address before it is sent.',
  fields: (t) => ({
    isValid: t.exposeBoolean('isValid', { description: 'Whether it has the form of an address.' }),
    isAvailable: t.exposeBoolean('isAvailable', { description: 'Whether an account can be registered with it.' }),
  }),
})

builder.queryField('checkEmail', (t) =>
  t.field({
    type: EmailCheckRef,
    nullable: true,
    description: 'Whether an account can be registered with this address. Five a minute from one address, twenty from its network; then RATE_LIMITED.',
    args: { email: t.arg.string({ required: true, description: 'The address, in any case.' }) },
    resolve: (_root, { email }, { auth, http }) => auth.checkEmail({ email, client: http }),
  }),
)

builder.mutationField('verifyEmail', (t) =>
  t.boolean({
    description: 'Follows the link that was sent to the address of an account. True. PASSWORD_REQUIRED where that account is not logged in.',
    args: {
      token: t.arg.string({ required: true, description: 'The token of the link: good once, for 24 hours.' }),
      password: t.arg.string({ required: false, description: "The account's password, where it is not logged in." }),
    },
    resolve: async (_root, { token, password = null }, { auth, http, identity }) => {
      const accountId = identity.kind === 'account' ? identity.subjectId : null
      await auth.verifyEmail({ token, password, client: http, accountId, cookieToken: readRefreshCookie(http.cookie) })
      return true
    },
  }),
)

builder.mutationField('sendVerificationMail', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Sends the link to the own address again, unless it is verified. True.',
    resolve: async (_root, _arguments, context) => {
      await context.auth.sendVerificationMail(ownerOf(context))
      return true
    },
  }),
)
