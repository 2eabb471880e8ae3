import { Migration } from '@mikro-orm/migrations'

/** The ways to the outbox's old messages, for their removal. */
export class OldMessages extends Migration {
  override name = '0003OldMessages'

  override up(): void {
    for (const column of ['delivered_at', 'dead_at']) this.addSql(`CREATE INDEX outbox_${column} ON outbox (${column}) WHERE ${column} IS NOT NULL`)
  }
}
