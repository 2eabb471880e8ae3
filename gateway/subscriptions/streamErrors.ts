import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { failure } from '#ops/service/errors.ts'
import type { ErrorMask } from './executeEvent.ts'

/** Its client read slower than others did, and there is no place to go on from. */
export function tooSlow(): GraphQLError {
  return failure('SLOW_CONSUMER', {})
}

/** The viewer follows as many streams as one may. */
export function tooMany(limit: number): GraphQLError {
  const message = `A viewer follows at most ${limit} streams at a time. End one of them, or try again later.`
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } })
}

/** It would be as large again, so the stream cannot go on. */
export function tooLarge(): GraphQLError {
  return failure('TOO_LARGE', { message: 'One event with all that this subscription selects is larger than is delivered. Select less.' })
}

/** What the client is told of something that was thrown. */
export function toldOf(error: unknown, mask: ErrorMask): GraphQLFormattedError {
  return mask(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error)
}
