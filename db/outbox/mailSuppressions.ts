import type { Queryable } from '#db/pool.ts'

const READ = 'SELECT 1 FROM mail_suppressions WHERE address = lower($1)'
// The first reason stays: it is the one to look at.
const ADD = 'INSERT INTO mail_suppressions (address, reason, mail_id) VALUES (lower($1), $2, $3) ON CONFLICT (address) DO NOTHING'

/** Whether this address gets no mail any more. Role umg_worker. */
export async function isSuppressed(client: Queryable, address: string): Promise<boolean> {
  return (await client.query(READ, [address])).rows.length > 0
}

/** From now on this address gets nothing; `mailId` is the mail that came back. Role umg_worker. */
export async function suppress(client: Queryable, { address, reason, mailId }: { readonly address: string; readonly reason: string; readonly mailId: string }) {
  await client.query(ADD, [address, reason, mailId])
}
