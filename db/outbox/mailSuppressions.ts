import type { Queryable } from '#db/pool.ts'
import type { SqlExecutor } from './append.ts'

const READ = 'SELECT 1 FROM mail_suppressions WHERE address = lower($1)'
// The first reason stays: it is the one to look at.
const ADD = 'INSERT INTO mail_suppressions (address, reason, mail_id) VALUES (lower($1), $2, $3) ON CONFLICT (address) DO NOTHING'

/** Whether this address gets no mail any more. Role umg_worker. */
export async function isSuppressed(client: Queryable, address: string): Promise<boolean> {
  return (await client.query(READ, [address])).rows.length > 0
}

// Without naming the column: that would need the right to read it.
const REPORT = 'INSERT INTO mail_suppressions (address, reason, mail_id) VALUES (lower(?), ?, ?) ON CONFLICT DO NOTHING'

export type Suppression = { readonly address: string; readonly reason: string; readonly mailId: string }

/** From now on this address gets nothing; `mailId` is the mail that came back. Role umg_worker. */
export async function suppress(client: Queryable, { address, reason, mailId }: Suppression) {
  await client.query(ADD, [address, reason, mailId])
}

/** The same for who may not look at the list. Role umg_auth. */
export async function suppressIn(em: SqlExecutor, { address, reason, mailId }: Suppression): Promise<void> {
  await em.execute(REPORT, [address, reason, mailId])
}
