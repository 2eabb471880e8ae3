import type { GraphQLFormattedError } from 'graphql'
import { protocolErrors } from '#ops/service/errors.ts'
import { createErrorMask } from '#ops/service/masking.ts'
import { currentRequest } from '#ops/service/requestScope.ts'

/** Words that a subgraph or a library has for its own failures; none of them is the caller's to fix. */
const FAILURES = new Set(['INTERNAL', 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR'])

/**
 * Apollo's formatError at the gateway. A subgraph has masked its own failures, so its other codes pass; a subgraph that finds fault with the
 * document we sent it means that the two were not built together, which the caller can do nothing about.
 */
export function createGatewayMask() {
  const mask = createErrorMask({
    isShown: (code, { extensions }) => typeof extensions?.['serviceName'] === 'string' && !FAILURES.has(code) && !(code in protocolErrors),
  })
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const isOurs = formatted.extensions?.['serviceName'] === undefined
    const isProtocol = typeof formatted.extensions?.['code'] === 'string' && formatted.extensions['code'] in protocolErrors
    if (!isOurs && isProtocol) return mask({ ...formatted, extensions: { code: 'INTERNAL_SERVER_ERROR' } }, error)
    const masked = mask(formatted, error)
    return currentRequest().isAnonymous && isOurs ? { ...masked, message: masked.message.replace(/ ?Did you mean .+\?$/s, '') } : masked
  }
}
