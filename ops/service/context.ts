import type { Identity } from '#ops/security/identity.ts'
import type { ClientPlace } from './clientPlace.ts'
import type { PlainLists } from './plainLists.ts'
import type { Log } from './requestScope.ts'

/** What every resolver of every subgraph gets. Whose data it is comes from `identity`, never from an argument. */
export type ServiceContext = {
  readonly identity: Identity
  readonly requestId: string
  readonly log: Log
  /** Takes long lists past graphql-js; there where somebody puts them into the response afterwards, which is over HTTP. */
  readonly plainLists?: PlainLists
}

/** The HTTP side of a request, for the few fields that need it (the cookie of a session). */
export type HttpExchange = {
  /** The Cookie header; the gateway passes it to the auth subgraph alone. Null when absent. */
  readonly cookie: string | null
  /** The client's own address as the gateway saw it; null when unknown. */
  readonly clientAddress: string | null
  readonly userAgent: string | null
  /** Where the client is, as far as the proxy before the gateway says it. */
  readonly place: ClientPlace
  /** Adds one Set-Cookie header to the answer. */
  addCookie(text: string): void
  /** Aborts when the client goes away before it was answered, or leaves its subscription: what is done for it alone has to stop then. */
  readonly signal: AbortSignal
}

/** Headers by which the gateway tells a subgraph about the client. They are believed only beside a valid identity. */
export const CLIENT_ADDRESS_HEADER = 'umg-client-address'
export const CLIENT_AGENT_HEADER = 'umg-client-agent'
export const CLIENT_COUNTRY_HEADER = 'umg-client-country'
export const CLIENT_COORDINATES_HEADER = 'umg-client-coordinates'
