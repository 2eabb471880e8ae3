import { z } from 'zod'
import type { EntityManager } from '../tenantScope.ts'

export type AskedAttempt = {
  /** A mark of 32 bytes, in hexadecimal digits. */
  readonly key: string
  /** How many are let through in a window, which begins with the first. */
  readonly allowed: number
  readonly windowMs: number
  /** Whether nothing at all is counted once this key is used up. */
  readonly refuses: boolean
  /** Whether this attempt counts; else the key is only looked at. */
  readonly counts: boolean
  /** Whether who comes too often waits longer each time. */
  readonly grows: boolean
}
export type ReturnedAttempt = { readonly key: string; /** All attempts of the window, not one. */ readonly isAll: boolean }

const TAKE = 'SELECT take_attempts(?::timestamptz, ?::jsonb) AS waits'
const RETURN = 'SELECT return_attempts(?::timestamptz, ?::jsonb)'
const RowsSchema = z.tuple([z.object({ waits: z.array(z.number().nullable()) })])

/**
 * Counts an attempt of each key in all processes together, or of none when one that refuses is used up: one round trip, one after another for each key.
 * Answers for each the milliseconds until its window ends where it was used up before, else null. Role umg_auth.
 */
export async function takeAttempts(em: EntityManager, at: Date, asked: readonly AskedAttempt[]): Promise<readonly (number | null)[]> {
  const rows = asked.map(({ windowMs, ...each }, place) => ({ place, window_ms: windowMs, ...each }))
  const [{ waits }] = RowsSchema.parse(await em.execute(TAKE, [at, JSON.stringify(rows)]))
  return waits
}

/** Takes back one attempt of each key, or all of it. Role umg_auth. */
export async function returnAttempts(em: EntityManager, at: Date, given: readonly ReturnedAttempt[]): Promise<void> {
  await em.execute(RETURN, [at, JSON.stringify(given.map(({ key, isAll }) => ({ key, is_all: isAll })))])
}
