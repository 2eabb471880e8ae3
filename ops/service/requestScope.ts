import { AsyncLocalStorage } from 'node:async_hooks'

/** The part of pino's logger that requests use. */
export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What is known of a request wherever it is served: its id in logs and error messages, its logger, and whether nobody in particular asks. */
export type RequestScope = { readonly requestId: string; readonly log: Log; readonly isAnonymous?: boolean }

const scopes = new AsyncLocalStorage<RequestScope>()
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Runs `work` so that `currentRequest()` inside it, at any depth, is `scope`. */
export function inRequest<Result>(scope: RequestScope, work: () => Result): Result {
  return scopes.run(scope, work)
}

/** The request being served; outside of one an id of `none` and a silent logger. */
export function currentRequest(): RequestScope {
  return scopes.getStore() ?? { requestId: 'none', log: silent }
}

/** Takes over the caller's request id when it is one of ours in form, so that one id runs through all logs; else makes one. */
export function requestIdFrom(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^[\w-]{8,64}$/.test(header) ? header : crypto.randomUUID()
}

/** The header that carries the request id from the gateway to the subgraphs and back to the client. */
export const REQUEST_ID_HEADER = 'umg-request-id'
