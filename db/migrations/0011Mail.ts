import { Migration } from '@mikro-orm/migrations'

/**
 * Addresses that get no mail any more, since a server said that there is nobody. The worker writes and reads them; the owner looks and removes
 * with psql: `SELECT * FROM mail_suppressions` and `DELETE FROM mail_suppressions WHERE address = 'ada@example.com'`.
 */
export class Mail extends Migration {
  override name = '0011Mail'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  `CREATE TABLE mail_suppressions (
    address text PRIMARY KEY CHECK (address = lower(address)),
    reason text NOT NULL,
    mail_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`,
  'ALTER TABLE mail_suppressions ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE mail_suppressions FORCE ROW LEVEL SECURITY',
  'CREATE POLICY relay ON mail_suppressions TO umg_worker, umg_owner USING (true) WITH CHECK (true)',
  'GRANT SELECT, INSERT ON mail_suppressions TO umg_worker',
]
