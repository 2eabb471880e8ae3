import type { FastifyReply } from 'fastify'
import type { Logger } from '#ops/logging.ts'
import { tooLarge } from './decodeBody.ts'
import { RequestError } from './requestError.ts'

export type ErrorContext = { readonly log: Logger; readonly maxBytes: number; readonly requestId: string }

/** Answers `{ error: { code, message } }` with the right status; what is not the caller's to know is logged and masked. */
export function answerError(reply: FastifyReply, error: unknown, { log, maxBytes, requestId }: ErrorContext): FastifyReply {
  const known = knownError(error, maxBytes)
  if (known === null || known.status >= 500) log.warn({ err: known?.cause ?? error, requestId }, 'a request could not be answered')
  const { status, code, message, retryAfterSeconds } = known ?? new RequestError(500, 'INTERNAL', 'The events could not be stored. The fault is ours.')
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).send({ error: { code, message } })
}

/** What fastify itself refuses is told in our form too. */
function knownError(error: unknown, maxBytes: number): RequestError | null {
  if (error instanceof RequestError) return error
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number' || error.statusCode >= 500) return null
  if (error.statusCode === 413) return tooLarge(maxBytes)
  return new RequestError(error.statusCode, 'BAD_REQUEST', error.message)
}
