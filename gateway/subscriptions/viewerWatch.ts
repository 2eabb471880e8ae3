import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { CloseCode } from 'graphql-ws'
import type { Log } from '#ops/service/requestScope.ts'
import { identityKey, type Identity } from '#ops/security/identity.ts'
import { expiryOf } from '#ops/security/signedToken.ts'
import { looksLikeKey } from '../keyVerifier.ts'
import type { Caller } from '../upstream.ts'
import type { Credentials, ReadViewer } from '../viewer.ts'

/** Who is behind a socket, as its credential said when it was last checked. */
export type Visitor = {
  readonly credentials: Credentials
  readonly identity: Identity
  /** Milliseconds since 1970; null for a key and for nobody in particular. */
  readonly expiresAt: number | null
}

const ERROR_CODES: Readonly<Record<number, string>> = { [CloseCode.Unauthorized]: 'UNAUTHENTICATED', [CloseCode.Forbidden]: 'FORBIDDEN' }

/** Why a socket is closed, for its close frame: at most 123 bytes of reason. */
export class SocketRefusal extends Error {
  readonly code: number
  constructor(code: number, reason: string, cause?: GraphQLError) {
    super(reason, { cause })
    this.code = code
  }

  /** The same for who has no close frames. */
  get error(): GraphQLFormattedError {
    if (this.cause instanceof GraphQLError) return { message: this.cause.message, extensions: { code: this.cause.extensions['code'] } }
    return { message: `${this.message}.`, extensions: { code: ERROR_CODES[this.code] ?? 'DOWNSTREAM_UNAVAILABLE' } }
  }
}

type Watched = { readonly visitor: Visitor; readonly clientAddress: string; readonly close: (refusal: SocketRefusal) => void }

export type ViewerWatchOptions = { readonly readViewer: ReadViewer; readonly log: Log; readonly now: () => Date }

/** Open sockets and event streams of one viewer. */
export const MAX_SOCKETS_OF_ONE = 1_000

/** The verification of a key or a session is remembered for less than five seconds, so a revoked one is out within five. */
const CHECK_MS = 500
/** How long a credential is believed that nobody can verify, since the subgraph that could is away. */
const UNVERIFIED_MS = 30_000
const TRY_AGAIN_LATER = 1013
const MAX_REASON_BYTES = 120

/** Keeps looking at the credentials of open sockets: a token ends with its time or its session, a key when it is revoked, and both when their rights change. */
export class ViewerWatch {
  readonly #options: ViewerWatchOptions
  readonly #watched = new Map<object, Watched>()
  readonly #counts = new Map<string, number>()
  readonly #credentials = new Map<string, { isChecking: boolean; verifiedAt: number }>()
  readonly #timer: NodeJS.Timeout

  constructor(options: ViewerWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#check(), CHECK_MS)
    this.#timer.unref()
  }

  /** Learns who a socket belongs to. Throws SocketRefusal. */
  async admit(credentials: Credentials, clientAddress: string): Promise<Visitor> {
    try {
      return visitorOf(credentials, await this.#read(credentials, clientAddress))
    } catch (error) {
      throw error instanceof GraphQLError ? refusalOf(error) : error
    }
  }

  /** Watches the visitor of a socket from now on, in place of an earlier one of the same socket. */
  watch(socket: object, watched: Watched): void {
    this.forget(socket)
    this.#watched.set(socket, watched)
    const owner = ownerOf(watched.visitor, watched.clientAddress)
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1)
  }

  forget(socket: object): void {
    const watched = this.#watched.get(socket)
    if (watched === undefined) return
    this.#watched.delete(socket)
    const owner = ownerOf(watched.visitor, watched.clientAddress)
    const left = (this.#counts.get(owner) ?? 1) - 1
    if (left === 0) this.#counts.delete(owner)
    else this.#counts.set(owner, left)
  }

  /** Sockets of the same account or key; of those without one, from the same address. */
  count(visitor: Visitor, clientAddress: string): number {
    return this.#counts.get(ownerOf(visitor, clientAddress)) ?? 0
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #read(credentials: Credentials, clientAddress: string): Promise<Identity> {
    const nobody: Omit<Caller, 'identity'> = {
      requestId: crypto.randomUUID(),
      log: this.#options.log,
      clientAddress,
      userAgent: '',
      cookie: null,
      addCookie: () => {},
      signal: null,
    }
    return this.#options.readViewer(credentials, nobody)
  }

  #check(): void {
    const now = this.#options.now().getTime()
    const byCredential = new Map<string, Watched[]>()
    for (const watched of this.#watched.values()) {
      const { expiresAt, credentials } = watched.visitor
      if (expiresAt !== null && expiresAt <= now) watched.close(new SocketRefusal(CloseCode.Unauthorized, 'The access token has expired'))
      else if (credentials.authorization !== undefined) {
        const sharers = byCredential.get(credentials.authorization)
        if (sharers === undefined) byCredential.set(credentials.authorization, [watched])
        else sharers.push(watched)
      }
    }
    for (const credential of this.#credentials.keys()) if (!byCredential.has(credential)) this.#credentials.delete(credential)
    for (const [credential, sharers] of byCredential) void this.#verify(credential, sharers)
  }

  /** All sockets with one credential are asked about together, and never twice at a time. */
  async #verify(authorization: string, sharers: readonly Watched[]): Promise<void> {
    const state = this.#credentials.get(authorization) ?? { isChecking: false, verifiedAt: performance.now() }
    if (state.isChecking) return
    this.#credentials.set(authorization, state)
    state.isChecking = true
    try {
      // Where each came from and which tenants it named was looked at when it was admitted, and neither changes.
      const identity = await this.#read({ authorization, namedTenants: [], host: undefined }, sharers[0]?.clientAddress ?? '')
      state.verifiedAt = performance.now()
      for (const { visitor, close } of sharers)
        if (!isSameViewer(visitor.identity, identity)) close(new SocketRefusal(CloseCode.Forbidden, 'The rights of this credential have changed'))
    } catch (error) {
      const refusal = error instanceof GraphQLError ? refusalOf(error) : new SocketRefusal(TRY_AGAIN_LATER, 'INTERNAL')
      if (!(error instanceof GraphQLError)) this.#options.log.error({ err: error }, 'a credential could not be verified')
      if (refusal.code === TRY_AGAIN_LATER && performance.now() - state.verifiedAt < UNVERIFIED_MS) return
      for (const { close } of sharers) close(refusal)
    } finally {
      state.isChecking = false
    }
  }
}

/** Who was let in by these credentials. */
export function visitorOf(credentials: Credentials, identity: Identity): Visitor {
  const token = tokenOf(credentials)
  return { credentials, identity, expiresAt: token === null ? null : expiryOf(token) }
}

/** A fresh credential may prolong a socket, not make it another's: all that was decided for its streams has to stay true. */
export function isSameViewer(one: Identity, other: Identity): boolean {
  return identityKey({ ...one, sessionId: null }) === identityKey({ ...other, sessionId: null })
}

function ownerOf({ identity: { kind, subjectId } }: Visitor, clientAddress: string): string {
  return `${kind} ${subjectId ?? clientAddress}`
}

function tokenOf({ authorization }: Credentials): string | null {
  const token = authorization?.trim().split(/ +/)[1]
  return token === undefined || looksLikeKey(token) ? null : token
}

function refusalOf(error: GraphQLError): SocketRefusal {
  switch (error.extensions['code']) {
    case 'UNAUTHENTICATED':
      return new SocketRefusal(CloseCode.Unauthorized, reasonOf(error), error)
    case 'DOWNSTREAM_UNAVAILABLE':
      return new SocketRefusal(TRY_AGAIN_LATER, reasonOf(error), error)
    default:
      return new SocketRefusal(CloseCode.Forbidden, reasonOf(error), error)
  }
}

/** Slugs in it are the client's own and may be long; a close frame is not. */
function reasonOf({ extensions, message }: GraphQLError): string {
  const text = `${String(extensions['code'])}: ${message}`
  return Buffer.byteLength(text) <= MAX_REASON_BYTES ? text : String(extensions['code'])
}
