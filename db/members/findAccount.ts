import { z } from 'zod'
import type { Queryable } from '../pool.ts'

export type FoundAccount = { readonly email: string; readonly name: string }

const rowsSchema = z.array(z.object({ email: z.string(), name: z.string() }))

/** Whose account it is, to write to them; null when it is gone. Role umg_worker. */
export async function findAccount(worker: Queryable, accountId: string): Promise<FoundAccount | null> {
  return rowsSchema.parse((await worker.query('SELECT email, name FROM accounts WHERE id = $1::uuid', [accountId])).rows)[0] ?? null
}
