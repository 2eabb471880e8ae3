import { Pool } from 'undici'
import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'
import { printCoordinates, type ClientPlace } from '#ops/service/clientPlace.ts'
import { CLIENT_ADDRESS_HEADER, CLIENT_AGENT_HEADER, CLIENT_COORDINATES_HEADER, CLIENT_COUNTRY_HEADER } from '#ops/service/context.ts'
import { REQUEST_ID_HEADER, type Log } from '#ops/service/requestScope.ts'
import { IDENTITY_HEADER, type Identity, type SubgraphName } from '#ops/security/identity.ts'
import { inSpan, traceHeaders } from '#ops/telemetry.ts'
import type { SignFor } from './identitySigner.ts'

/** Who asks and on what occasion, as it is passed on to a subgraph. */
export type Caller = {
  readonly identity: Identity
  readonly requestId: string
  readonly log: Log
  readonly clientAddress: string
  readonly userAgent: string
  /** Goes to auth alone; absent: unknown. */
  readonly place?: ClientPlace
  /** The refresh cookie as a Cookie header; it goes to auth alone. */
  readonly cookie: string | null
  /** Takes over a Set-Cookie header; only auth may set one. */
  addCookie(text: string): void
  /** Aborts when whoever asked has gone away: queries that run for them at the subgraphs end then. Null for what is asked for several at once. */
  readonly signal: AbortSignal | null
}

export type UpstreamRequest = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
  /** A query may be sent again when a kept-alive connection turns out to be dead; a mutation may not. */
  readonly isRepeatable: boolean
  /** Less time than the subgraph would have otherwise. */
  readonly timeoutMs?: number
}
export type UpstreamError = { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions?: Record<string, unknown> }
export type UpstreamResponse = {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly UpstreamError[]
  readonly extensions?: Record<string, unknown>
}

/** One subgraph as the gateway reaches it. */
export type Upstream = {
  readonly name: SubgraphName
  /**
   * Throws DOWNSTREAM_UNAVAILABLE when the subgraph cannot be reached, is too slow or does not answer GraphQL. A query whose caller goes away, or whose
   * time is up, closes its connection, by which the subgraph knows; a mutation is left to end.
   */
  send(request: UpstreamRequest, caller: Caller): Promise<UpstreamResponse>
  /** Whether GET /health answers 200 within two seconds. */
  isHealthy(): Promise<boolean>
  /** Requests that are on their way now. */
  running(): number
  close(): Promise<void>
}

export type UpstreamOptions = { readonly name: SubgraphName; readonly url: string; readonly signFor: SignFor; readonly timeoutMs?: number }

/** Analyses may take long; the others read by key. */
const TIMEOUT_MS: Readonly<Record<SubgraphName, number>> = { auth: 10_000, tenant: 5_000, campaign: 5_000, analytics: 60_000 }
const HEALTH_TIMEOUT_MS = 2_000
// More than the analytics subgraph answers and lets wait, so that its line is the one that is fair.
const MAX_CONNECTIONS = 128
const KEEP_ALIVE_MS = 30_000

export const ErrorsSchema = z.array(
  z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional(), extensions: z.record(z.string(), z.unknown()).optional() }),
)
/** What a subgraph answers, or sends as one event. */
export const ResponseSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: ErrorsSchema.optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
})

/** A pool of kept-alive connections to one subgraph; every request carries an identity signed for it. */
export function createUpstream({ name, url, signFor, timeoutMs = TIMEOUT_MS[name] }: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: MAX_CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS, connect: { timeout: Math.min(timeoutMs, HEALTH_TIMEOUT_MS) } })

  type Post = { readonly body: string; readonly headers: Record<string, string>; readonly limitMs: number; readonly leaving: AbortSignal | null }

  async function post({ body, headers, limitMs, leaving }: Post): Promise<UpstreamResponse & { readonly cookies: readonly string[] }> {
    const late = AbortSignal.timeout(limitMs)
    const signal = leaving === null ? late : AbortSignal.any([late, leaving])
    const response = await pool.request({ path: pathname, method: 'POST', headers, body, signal })
    const answer: unknown = await response.body.json()
    const parsed = ResponseSchema.safeParse(answer)
    if (!parsed.success || (parsed.data.data === undefined && parsed.data.errors === undefined))
      throw new Error(`${name} answered ${response.statusCode} and no GraphQL`)
    const setCookie = response.headers['set-cookie'] ?? []
    return { ...parsed.data, cookies: typeof setCookie === 'string' ? [setCookie] : setCookie }
  }

  return {
    name,
    send: (request, caller) =>
      inSpan(`call ${name}`, { 'graphql.operation.name': request.operationName ?? '', 'tenant.id': caller.identity.tenantId ?? '' }, async () => {
        const { isRepeatable, timeoutMs: leftMs = timeoutMs, ...message } = request
        const leaving = isRepeatable ? caller.signal : null
        const headers = await headersFor({ name, caller, signFor })
        const call = { body: JSON.stringify(message), headers, limitMs: Math.min(timeoutMs, leftMs), leaving }
        try {
          const { cookies, ...response } = await post(call).catch((error: unknown) => {
            if (isRepeatable && wasConnectionLost(error)) return post(call)
            throw error
          })
          if (name === 'auth') for (const cookie of cookies) caller.addCookie(cookie)
          return response
        } catch (error) {
          if (leaving?.aborted) caller.log.debug({ subgraph: name, requestId: caller.requestId }, 'the client went away')
          else caller.log.warn({ err: error, subgraph: name, requestId: caller.requestId }, 'subgraph did not answer')
          throw failure('DOWNSTREAM_UNAVAILABLE', { name })
        }
      }),
    isHealthy: async () => {
      try {
        const response = await pool.request({ path: '/health', method: 'GET', signal: AbortSignal.timeout(Math.min(timeoutMs, HEALTH_TIMEOUT_MS)) })
        await response.body.dump()
        return response.statusCode === 200
      } catch {
        return false
      }
    },
    running: () => pool.stats.running,
    close: () => pool.destroy(),
  }
}

type HeaderOptions = { readonly name: SubgraphName; readonly caller: Caller; readonly signFor: SignFor }

/** Built from nothing: no header of the client reaches a subgraph unless it is named here. */
async function headersFor({ name, caller, signFor }: HeaderOptions): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    ...traceHeaders(),
    'content-type': 'application/json',
    accept: 'application/json',
    [IDENTITY_HEADER]: await signFor(caller.identity, name),
    [REQUEST_ID_HEADER]: caller.requestId,
    // For the audit log, which says of every change from where it came.
    [CLIENT_ADDRESS_HEADER]: caller.clientAddress,
  }
  if (name !== 'auth') return headers
  const forAuth = { [CLIENT_AGENT_HEADER]: caller.userAgent, ...placeHeaders(caller.place) }
  return caller.cookie === null ? { ...headers, ...forAuth } : { ...headers, ...forAuth, cookie: caller.cookie }
}

function placeHeaders(place: ClientPlace | undefined): Record<string, string> {
  const { country = null, coordinates = null } = place ?? {}
  return {
    ...(country === null ? {} : { [CLIENT_COUNTRY_HEADER]: country }),
    ...(coordinates === null ? {} : { [CLIENT_COORDINATES_HEADER]: printCoordinates(coordinates) }),
  }
}

const LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

function wasConnectionLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && LOST.has(error.code)
}
