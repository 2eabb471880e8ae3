import { Migration } from '@mikro-orm/migrations'

/** What the recovery codes of an account are hashed by, sealed: so that SECOND_FACTOR_KEY can be replaced although a hash cannot be made anew. */
export class SecondFactorKeys extends Migration {
  override name = '0018SecondFactorKeys'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  'ALTER TABLE second_factors ADD COLUMN recovery_key text',
  // The worker seals them under the next key: it has no other business here, and learns of recovery codes only whose they are.
  'GRANT SELECT (account_id, totp_secret, recovery_key), UPDATE (totp_secret, recovery_key) ON second_factors TO umg_worker',
  'GRANT SELECT (account_id) ON recovery_codes TO umg_worker',
]
