import { z } from 'zod'
import { isAbsent } from '#ops/service/presence.ts'

const AnswerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional(), extensions: z.record(z.string(), z.unknown()).optional() }),
    )
    .optional(),
})

/** What came back for a GraphQL request: the status, the parsed body and the codes of its errors. */
export type GatewayAnswer = z.infer<typeof AnswerSchema> & {
  readonly status: number
  readonly codes: readonly unknown[]
  readonly text: string
  readonly headers: Headers
}

export type Question = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** An access token or a key. */
  readonly bearer?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Default: /graphql. */
  readonly path?: string
}

/** POSTs one question to a gateway (or subgraph) over HTTP. */
export async function askGateway(url: string, { query, variables, bearer, headers = {}, path = '/graphql' }: Question): Promise<GatewayAnswer> {
  const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  const answer = AnswerSchema.parse(JSON.parse(text))
  return { ...answer, status: response.status, text, headers: response.headers, codes: (answer.errors ?? []).map((error) => error.extensions?.['code']) }
}

/** One root field of an answer; throws when there is no data at all. */
export function fieldOf({ data }: { readonly data?: Readonly<Record<string, unknown>> | null }, name: string): unknown {
  if (data === undefined || data === null) throw new Error(`There is no data, so no ${name}.`)
  return data[name]
}

const LoginSchema = z.object({
  accessToken: z.string(),
  expiresIn: z.number(),
  user: z.object({ id: z.string(), email: z.string().nullable(), name: z.string().nullable() }),
})
const ErrorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), fields: z.array(z.object({ field: z.string(), message: z.string() })).optional() }),
})

/** What a REST alias answered: a login, or an error; `cookie` is the refresh cookie it set as a Cookie header, '' when it removed it. */
export type RestAnswer = {
  readonly status: number
  readonly login: z.infer<typeof LoginSchema> | null
  readonly error: z.infer<typeof ErrorSchema>['error'] | null
  /** The whole body. */
  readonly body: unknown
  readonly headers: Headers
  readonly setCookie: string | null
  readonly cookie: string | null
}

/** POSTs to one of /api/auth/*. */
export async function postAuth(
  url: string,
  path: 'login' | 'complete-login' | 'register' | 'refresh' | 'logout' | 'check-email' | 'forgot-password' | 'reset-password' | 'verify-email',
  { body, cookie, headers = {} }: { readonly body?: unknown; readonly cookie?: string | null; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<RestAnswer> {
  const response = await fetch(`${url}/api/auth/${path}`, {
    method: 'POST',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(isAbsent(cookie) ? {} : { cookie }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  const [setCookie = null] = response.headers.getSetCookie()
  const pair = setCookie?.split(';')[0] ?? null
  return {
    status: response.status,
    body: answer,
    headers: response.headers,
    login: LoginSchema.safeParse(answer).data ?? null,
    error: ErrorSchema.safeParse(answer).data?.error ?? null,
    setCookie,
    cookie: pair !== null && pair.endsWith('=') ? '' : pair,
  }
}
