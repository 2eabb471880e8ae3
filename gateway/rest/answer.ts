import type { FastifyReply } from 'fastify'
import { commonErrors, type ErrorCodes } from '#ops/service/errors.ts'

/** One field of a body that has to change. */
export type BadField = { readonly field: string; readonly message: string }

type RestError = {
  readonly code: string
  readonly message: string
  readonly fields?: readonly BadField[]
  readonly retryAfterSeconds?: number
  readonly requestId?: string
  /** Of a login that a second factor completes. */
  readonly challenge?: string
  readonly methods?: readonly string[]
}

const statuses: ErrorCodes = commonErrors

/** Answers `{ error: { code, message, … } }` with the status that the table has for the code. */
export function answerError(reply: FastifyReply, error: RestError): FastifyReply {
  if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.retryAfterSeconds))
  return reply.code(statuses[error.code]?.status ?? 500).send({ error })
}
