// Connection lost or refused, resources, operator's intervention, system error: nothing is wrong with the statement.
const PASSING_CLASSES: ReadonlySet<string> = new Set(['08', '40', '53', '55', '57', '58'])
// EPIPE, a system code, has five letters too.
const SQL_STATE = /^(?!EPIPE)[0-9A-Z]{5}$/

/** Whether PostgreSQL refused the statement itself, so that repeating it cannot help. */
export function isRefusedByPostgres(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state !== null && !PASSING_CLASSES.has(state.slice(0, 2))
}

/** Whether PostgreSQL cannot be reached or cannot work now. What the driver says of a lost connection is a plain error, with or without a system code. */
export function isPostgresUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || isRefusedByPostgres(error)) return false
  return 'code' in error || error.constructor === Error
}

function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return SQL_STATE.test(error.code) ? error.code : null
}

// What the driver says of a connection that it lost or could not have, in its own words.
const LOST = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/
const SYSTEM_CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
/** Connection exceptions, too many connections, and a server that stops or starts; not a statement that was cancelled. */
const AWAY_STATE = /^(08...|53300|57P0[123])$/

/**
 * Whether the error, or what caused it, says for certain that a connection to PostgreSQL or another server was lost or could not be had. Stricter than
 * isPostgresUnavailable: an error of our own is none.
 */
export function saysServerIsAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  if (SYSTEM_CODES.has(code) || (typeof code === 'string' && AWAY_STATE.test(code)) || (code === undefined && LOST.test(error.message))) return true
  return saysServerIsAway(error.cause)
}
