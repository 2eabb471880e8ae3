import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { commonErrors, failure, protocolErrors, type ErrorCodes } from './errors.ts'
import { saysServerIsAway } from './postgresErrors.ts'
import { currentRequest } from './requestScope.ts'

export type MaskOptions = {
  /** The codes of this process, beside the common ones. */
  readonly codes?: ErrorCodes
  /** Says of any other code whether it may be shown. */
  readonly isShown?: (code: string, formatted: GraphQLFormattedError) => boolean
}

/**
 * Makes Apollo's formatError. Errors with a code of the given tables, the common one or GraphQL's own keep message, path, code and the named
 * extensions. A database that is away is DOWNSTREAM_UNAVAILABLE: the same may be tried again. Everything else becomes INTERNAL with the request id. Both
 * are logged here, once, with their cause; its text never leaves.
 */
export function createErrorMask({ codes = {}, isShown = () => false }: MaskOptions = {}) {
  const known = new Set([...Object.keys(commonErrors).filter((code) => code !== 'INTERNAL'), ...Object.keys(protocolErrors), ...Object.keys(codes)])
  return function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const code = formatted.extensions?.['code']
    if (typeof code === 'string' && (known.has(code) || isShown(code, formatted)) && isMeantForCallers(error)) {
      return { message: formatted.message, locations: formatted.locations, path: formatted.path, extensions: shownExtensions(formatted.extensions ?? {}) }
    }
    const { requestId, log } = currentRequest()
    const root = rootOf(error)
    log.error({ err: root, requestId, path: formatted.path }, 'request failed')
    const told = saysServerIsAway(root) ? failure('DOWNSTREAM_UNAVAILABLE', { name: 'data' }) : failure('INTERNAL', { requestId })
    return {
      message: told.message,
      locations: formatted.locations,
      path: formatted.path,
      extensions: { code: told.extensions['code'], requestId },
    }
  }
}

const SHOWN = ['code', 'issues', 'fields', 'retryAfterSeconds', 'requestId', 'reason', 'challenge', 'methods', 'quota', 'used', 'limit'] as const

/** Only named extensions leave, so that a stack trace or an address put there by a library cannot. */
function shownExtensions(extensions: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(SHOWN.filter((name) => extensions[name] !== undefined).map((name) => [name, extensions[name]]))
}

/** A database error may carry a `code` of its own that looks like ours, so only GraphQLErrors made on purpose are believed. */
function isMeantForCallers(error: unknown): boolean {
  return rootOf(error) instanceof GraphQLError
}

function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError instanceof Error ? rootOf(error.originalError) : error
}
