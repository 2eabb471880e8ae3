import { GraphQLError } from 'graphql'
import { failure } from '#ops/service/errors.ts'
import { AccountRef } from './account.ts'
import type { Login } from './issuer.ts'
import { builder, type AuthContext } from './builder.ts'
import { printDeviceCookie, printNoCookie, printRefreshCookie, readDeviceCookie, readRefreshCookie } from './cookie.ts'
import { REMEMBERED_SECONDS } from './sessions.ts'

export const LoginPayloadRef = builder.objectRef<Login>('LoginPayload').implement({
  description: 'A login. The refresh cookie is set by the same answer.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'For "Authorization: Bearer".' }),
    expiresIn: t.exposeInt('expiresIn', { description: 'Seconds that the access token is good for.' }),
    account: t.field({ type: AccountRef, description: 'Who is logged in.', resolve: (login) => login.account }),
  }),
})

builder.mutationField('login', (t) =>
  t.field({
    type: LoginPayloadRef,
    description: 'Logs an account in.',
    args: {
      email: t.arg.string({ required: true, description: 'The address of the account, in any case.' }),
      password: t.arg.string({ required: true, description: 'Its password.' }),
      rememberMe: t.arg.boolean({ required: true, defaultValue: false, description: 'Whether the login outlives the browser.' }),
      recaptchaToken: t.arg.string({ required: false, description: 'The answer to a captcha, after CAPTCHA_REQUIRED.' }),
    },
    resolve: async (_root, { email, password, rememberMe, recaptchaToken: captchaToken }, context) => {
      const { auth, http } = context
      const deviceCookie = readDeviceCookie(http.cookie)
      return withCookie(await auth.login({ email, password, rememberMe, client: http, deviceCookie, captchaToken }), context)
    },
  }),
)

builder.mutationField('register', (t) =>
  t.field({
    type: LoginPayloadRef,
    description: 'Makes an account and logs it in.',
    args: {
      email: t.arg.string({ required: true, description: 'An address that has no account yet.' }),
      password: t.arg.string({ required: true, description: 'At least 10 characters, not easy to guess; see passwordStrength.' }),
      name: t.arg.string({ required: true, description: 'What the person is called, 1 to 100 characters.' }),
      recaptchaToken: t.arg.string({ required: false, description: 'The answer to a captcha, after CAPTCHA_REQUIRED.' }),
    },
    resolve: async (_root, { email, password, name, recaptchaToken: captchaToken }, context) =>
      withCookie(await context.auth.register({ email, password, name, client: context.http, captchaToken }), context),
  }),
)

builder.mutationField('refreshSession', (t) =>
  t.field({
    type: LoginPayloadRef,
    inaccessible: true,
    description: 'The next access token for the refresh cookie, which only POST /api/auth/refresh is sent.',
    resolve: async (_root, _arguments, context) => {
      const { auth, http, isProduction, log } = context
      try {
        return withCookie(await auth.refresh(readRefreshCookie(http.cookie), { log, client: http }), context)
      } catch (error) {
        // Only when the session has ended: a database that is away for a moment must not log anybody out.
        if (readRefreshCookie(http.cookie) !== null && error instanceof GraphQLError) http.addCookie(printNoCookie({ isProduction }))
        throw error
      }
    },
  }),
)

builder.mutationField('logout', (t) =>
  t.boolean({
    description: 'Ends the session and removes the cookie. True, also when nobody was logged in.',
    resolve: async (_root, _arguments, { auth, http, identity, isProduction }) => {
      await auth.logout({ sessionId: identity.sessionId, cookieToken: readRefreshCookie(http.cookie), client: http })
      http.addCookie(printNoCookie({ isProduction }))
      return true
    },
  }),
)

builder.mutationField('switchTenant', (t) =>
  t.field({
    type: LoginPayloadRef,
    needs: 'account',
    description: 'An access token for another tenant of the same account; the next refreshes keep to it.',
    args: { tenantId: t.arg.id({ required: true, description: "The tenant's id, from me { memberships }." }) },
    resolve: (_root, { tenantId }, { auth, identity }) => {
      if (identity.subjectId === null || identity.sessionId === null) throw failure('UNAUTHENTICATED', { message: 'This needs a login.' })
      return auth.switchTenant({ accountId: identity.subjectId, sessionId: identity.sessionId, tenantId })
    },
  }),
)

/** The login, its cookies set by the same answer. */
export function withCookie(login: Login, { http, isProduction }: AuthContext): Login {
  if (login.refresh !== null)
    http.addCookie(printRefreshCookie(login.refresh.token, { isProduction, maxAgeSeconds: login.refresh.isRemembered ? REMEMBERED_SECONDS : null }))
  if (login.device !== null) http.addCookie(printDeviceCookie(login.device, { isProduction }))
  return login
}
