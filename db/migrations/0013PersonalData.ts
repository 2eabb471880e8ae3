import { Migration } from '@mikro-orm/migrations'

/**
 * The addresses of people in a tenant's own rows: sealed under the tenant's data key, found by a keyed hash, or gone. The database has none of the
 * keys, so what is there already is sealed by the worker when it starts (db/members/sealAddresses.ts), and read as it is until then. And under which
 * key a tenant's device ids are.
 */
export class PersonalData extends Migration {
  override name = '0013PersonalData'

  override up(): void {
    for (const statement of [...members, ...invitations, ...provisionings, ...devices]) this.addSql(statement)
  }
}

/** The version of the data key, then the hash. */
const IS_HASH = 'CHECK (length(email_hash) = 36)'

const unforced = (table: string, statement: string): readonly string[] => [
  `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`,
  statement,
  `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
]

const members = [
  // A copy of what accounts hold. It is emptied before it goes, so that no row keeps it behind a column that nobody sees.
  ...unforced('memberships', 'UPDATE memberships SET email = NULL'),
  `ALTER TABLE memberships DROP COLUMN email, ADD COLUMN email_hash bytea ${IS_HASH}`,
]

const invitations = [
  // The plain address is there only while an acceptance lets the database compare it with the account's, and in rows of before.
  `ALTER TABLE invitations ALTER COLUMN email DROP NOT NULL,
    ADD COLUMN email_sealed bytea,
    ADD COLUMN email_hash bytea ${IS_HASH},
    ADD CONSTRAINT invitations_has_address CHECK (email IS NOT NULL OR (email_sealed IS NOT NULL AND email_hash IS NOT NULL)),
    ADD CONSTRAINT invitations_accepted_by FOREIGN KEY (accepted_by) REFERENCES accounts ON DELETE SET NULL`,
  'CREATE UNIQUE INDEX invitations_waiting_hash ON invitations (tenant_id, email_hash) WHERE accepted_at IS NULL AND revoked_at IS NULL',
]

// Who asked for a tenant from where is in its audit log, sealed.
const provisionings = unforced('provisionings', "UPDATE provisionings SET address = NULL WHERE status IN ('done', 'failed')")

// Devices of tenants that are there already stay known by their hashes, which are under one key for all; new tenants have a key of their own.
const devices = [
  "ALTER TABLE tenants ADD COLUMN device_key text NOT NULL DEFAULT 'common' CHECK (device_key IN ('own', 'common'))",
  "ALTER TABLE tenants ALTER COLUMN device_key SET DEFAULT 'own'",
]
