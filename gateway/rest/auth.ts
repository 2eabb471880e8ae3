import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { commonErrors, failure } from '#ops/service/errors.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import { ANONYMOUS } from '#ops/security/identity.ts'
import type { Caller, Upstream, UpstreamError } from '../upstream.ts'
import { answerError } from './answer.ts'

const email = z.string().min(1).max(320)
const password = z.string().min(1).max(1024)
const token = z.string().min(1).max(200)
const recaptchaToken = z.string().max(4096).nullish()
const LoginBody = z.object({ email, password, rememberMe: z.boolean().default(false), recaptchaToken })
const RegisterBody = z.object({ email, password, name: z.string().min(1).max(200), recaptchaToken })

const CompleteBody = z.object({
  challenge: z.string().min(1).max(4096),
  code: z.string().max(64).nullish(),
  recoveryCode: z.string().max(64).nullish(),
  passkey: z.record(z.string(), z.unknown()).nullish(),
})

const PAYLOAD = '{ accessToken expiresIn account { id email name } }'
const LOGIN = `mutation Login($email: String!, $password: String!, $rememberMe: Boolean!, $recaptchaToken: String) {
  payload: login(email: $email, password: $password, rememberMe: $rememberMe, recaptchaToken: $recaptchaToken) ${PAYLOAD} }`
const COMPLETE = `mutation CompleteLogin($challenge: String!, $code: String, $recoveryCode: String, $passkey: JSON) { payload: completeLogin(challenge: $challenge, code: $code, recoveryCode: $recoveryCode, passkey: $passkey) ${PAYLOAD} }`
const REGISTER = `mutation Register($email: String!, $password: String!, $name: String!, $recaptchaToken: String) {
  payload: register(email: $email, password: $password, name: $name, recaptchaToken: $recaptchaToken) ${PAYLOAD} }`
const REFRESH = `mutation Refresh { payload: refreshSession ${PAYLOAD} }`
const LOGOUT = 'mutation Logout { payload: logout }'

/** Aliases with a body of plain fields, and what each answers. */
const PLAIN = [
  {
    path: '/check-email',
    body: z.object({ email }),
    operationName: 'CheckEmail',
    query: 'query CheckEmail($email: String!) { payload: checkEmail(email: $email) { isValid isAvailable } }',
  },
  {
    path: '/forgot-password',
    body: z.object({ email, recaptchaToken }),
    operationName: 'ForgotPassword',
    query:
      'mutation ForgotPassword($email: String!, $recaptchaToken: String) { payload: requestPasswordReset(email: $email, recaptchaToken: $recaptchaToken) }',
  },
  {
    path: '/reset-password',
    body: z.object({ token, password }),
    operationName: 'ResetPassword',
    query: 'mutation ResetPassword($token: String!, $password: String!) { payload: resetPassword(token: $token, password: $password) }',
  },
  {
    path: '/verify-email',
    body: z.object({ token, password: password.nullish() }),
    operationName: 'VerifyEmail',
    query: 'mutation VerifyEmail($token: String!, $password: String) { payload: verifyEmail(token: $token, password: $password) }',
  },
] as const

const Account = z.object({ id: z.string(), email: z.string().nullable(), name: z.string().nullable() })
const PlainPayload = z.object({ payload: z.union([z.literal(true), z.object({ isValid: z.boolean(), isAvailable: z.boolean() })]) })
const Payload = z.object({ payload: z.object({ accessToken: z.string(), expiresIn: z.number(), account: Account }) })
const Fields = z
  .array(z.object({ field: z.string(), message: z.string() }))
  .optional()
  .catch(undefined)
/** What a login answers that has to be completed. */
const SecondFactor = z.object({ challenge: z.string().optional().catch(undefined), methods: z.array(z.string()).optional().catch(undefined) })
const Seconds = z.number().optional().catch(undefined)

export type AuthRoutesOptions = {
  readonly auth: Upstream
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Omit<Caller, 'identity'>
  readonly metrics: Metrics
}

/** POST /api/auth/login, /complete-login, /register, /refresh, /logout, /check-email, /forgot-password, /reset-password and /verify-email: the auth subgraph's mutations for those who speak no GraphQL. */
export function registerAuthRoutes(server: FastifyInstance, { auth, callerOf, metrics }: AuthRoutesOptions): void {
  type Call = {
    readonly query: string
    readonly operationName: string
    readonly variables: Record<string, unknown>
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  }

  async function call({ query, operationName, variables, request, reply }: Call, answer: (data: unknown) => FastifyReply): Promise<FastifyReply> {
    const caller = callerOf(request, reply)
    return inRequest(caller, async () => {
      const response = await auth.send({ query, operationName, variables, isRepeatable: false }, { ...caller, identity: ANONYMOUS }).catch(() => null)
      if (response === null)
        return answerError(reply, { code: 'DOWNSTREAM_UNAVAILABLE', message: failure('DOWNSTREAM_UNAVAILABLE', { name: auth.name }).message })
      const [error] = response.errors ?? []
      return error === undefined ? answer(response.data) : answerFailure(reply, { error, requestId: caller.requestId })
    })
  }

  // Many clients say application/json whatever they send; /refresh and /logout have no body.
  const parseJson = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parseJson(request, body, done),
  )
  server.addHook('onResponse', async (_request, reply) =>
    metrics.observe({ kind: 'rest', outcome: reply.statusCode < 500 ? 'ok' : 'errors', seconds: reply.elapsedTime / 1000 }),
  )
  server.addHook('onRequest', async (request, reply) => {
    // The cookie is SameSite=Strict; a browser that says that another site asks is refused as well.
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return answerError(reply, { code: 'FORBIDDEN', message: 'This may be asked from our own pages only.' })
  })

  server.post('/login', (request, reply) => {
    const body = LoginBody.safeParse(request.body)
    if (!body.success) return answerBadBody(reply, body.error)
    return call({ query: LOGIN, operationName: 'Login', variables: body.data, request, reply }, (data) => answerPayload(reply, { data, status: 200 }))
  })
  server.post('/complete-login', (request, reply) => {
    const body = CompleteBody.safeParse(request.body)
    if (!body.success) return answerBadBody(reply, body.error)
    return call({ query: COMPLETE, operationName: 'CompleteLogin', variables: body.data, request, reply }, (data) =>
      answerPayload(reply, { data, status: 200 }),
    )
  })
  server.post('/register', (request, reply) => {
    const body = RegisterBody.safeParse(request.body)
    if (!body.success) return answerBadBody(reply, body.error)
    return call({ query: REGISTER, operationName: 'Register', variables: body.data, request, reply }, (data) => answerPayload(reply, { data, status: 201 }))
  })
  server.post('/refresh', (request, reply) =>
    call({ query: REFRESH, operationName: 'Refresh', variables: {}, request, reply }, (data) => answerPayload(reply, { data, status: 200 })),
  )
  for (const { path, body: Body, operationName, query } of PLAIN) {
    server.post(path, (request, reply) => {
      const body = Body.safeParse(request.body)
      if (!body.success) return answerBadBody(reply, body.error)
      return call({ query, operationName, variables: body.data, request, reply }, (data) => answerPlain(reply, data))
    })
  }
  server.post('/logout', (request, reply) => call({ query: LOGOUT, operationName: 'Logout', variables: {}, request, reply }, () => reply.code(200).send({})))
}

function answerPayload(reply: FastifyReply, { data, status }: { readonly data: unknown; readonly status: number }): FastifyReply {
  const { accessToken, expiresIn, account } = Payload.parse(data).payload
  return reply.code(status).header('cache-control', 'no-store').send({ accessToken, expiresIn, user: account })
}

/** What was done answers {}; what was asked, its answer. */
function answerPlain(reply: FastifyReply, data: unknown): FastifyReply {
  const { payload } = PlainPayload.parse(data)
  return reply
    .code(200)
    .header('cache-control', 'no-store')
    .send(payload === true ? {} : payload)
}

function answerBadBody(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const fields = error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: sentenceOf(issue) }))
  return answerError(reply, { code: 'BAD_USER_INPUT', message: fields.map(({ field, message }) => `${field}: ${message}`).join(' '), fields })
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  return `${issue.message.replace(/\.$/, '')}.`
}

function answerFailure(reply: FastifyReply, { error, requestId }: { readonly error: UpstreamError; readonly requestId: string }): FastifyReply {
  const code = error.extensions?.['code']
  if (typeof code !== 'string' || !(code in commonErrors) || code === 'INTERNAL')
    return answerError(reply, { code: 'INTERNAL', message: commonErrors.INTERNAL.message({ requestId }), requestId })
  return answerError(reply, {
    code,
    message: error.message,
    fields: Fields.parse(error.extensions?.['fields']),
    retryAfterSeconds: Seconds.parse(error.extensions?.['retryAfterSeconds']),
    ...SecondFactor.parse(error.extensions ?? {}),
  })
}
