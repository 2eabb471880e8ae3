import { Migration } from '@mikro-orm/migrations'

/** Verified addresses, and the single-use tokens that go out by mail. */
export class Accounts extends Migration {
  override name = '0006Accounts'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  'ALTER TABLE accounts ADD COLUMN email_verified_at timestamptz',
  // Whether any password came from another system is asked at each failed login.
  "CREATE INDEX accounts_imported ON accounts (id) WHERE password_hash LIKE '$2%'",
  // Global: a token is known before its account is. Only its hash is stored, so that who reads the table can use none.
  `CREATE TABLE account_tokens (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz)`,
  'CREATE INDEX account_tokens_account ON account_tokens (account_id)',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON account_tokens TO umg_auth',
]
