import { createPool } from '../pool.ts'

/** As if the account had logged in an hour ago. `authUrl` is of the role umg_auth. */
export async function ageSessions(authUrl: string, email: string): Promise<void> {
  const pool = createPool({ url: authUrl, poolSize: 1, name: 'test' })
  await pool.query("UPDATE sessions SET created_at = created_at - interval '1 hour' WHERE account_id = (SELECT id FROM accounts WHERE email = $1)", [email])
  await pool.end()
}
