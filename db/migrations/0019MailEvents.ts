import { Migration } from '@mikro-orm/migrations'

/** Addresses that a provider says are gone later than when the mail was handed over: auth writes them down, and cannot see who else is listed. */
export class MailEvents extends Migration {
  override name = '0019MailEvents'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  'CREATE POLICY reported ON mail_suppressions FOR INSERT TO umg_auth WITH CHECK (true)',
  'GRANT INSERT (address, reason, mail_id) ON mail_suppressions TO umg_auth',
]
