import { GraphQLError } from 'graphql'
import { isPostgresUnavailable } from '#ops/service/postgresErrors.ts'

/** What is told of a store without room, or of one that is away. */
const PASSING: ReadonlySet<unknown> = new Set(['TOO_BUSY', 'STORE_UNAVAILABLE'])
/** What nobody foresaw may be a store that dies while it answers; beyond this many in a row, which takes minutes, it is a mistake of ours. */
const MAX_UNKNOWN = 10

/** Whether asking again cannot help, so that who waits for an answer is told; `failures`: how often in a row the question has failed. */
export function isLasting(error: unknown, failures: number): boolean {
  if (error instanceof GraphQLError) return !PASSING.has(error.extensions['code'])
  return !isPostgresUnavailable(error) && failures > MAX_UNKNOWN
}
