import { Migration } from '@mikro-orm/migrations'

/** What proves an account beside its password, and where its logins came from. */
export class SecondFactor extends Migration {
  override name = '0007SecondFactor'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // One row per account that ever began with a second factor: whoever checks a code holds it, so that no code is taken twice and no guess goes uncounted.
  `CREATE TABLE second_factors (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    totp_secret text,
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    failed_attempts integer NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
    failed_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (totp_confirmed_at IS NULL OR totp_secret IS NOT NULL))`,
  `CREATE TABLE recovery_codes (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, code_hash))`,
  `CREATE TABLE passkeys (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    credential_id text NOT NULL UNIQUE CHECK (length(credential_id) <= 1366),
    public_key bytea NOT NULL,
    counter bigint NOT NULL CHECK (counter >= 0),
    transports text[] NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz)`,
  'CREATE INDEX passkeys_account ON passkeys (account_id)',
  // A challenge is sealed text and stands nowhere until it is used: what anybody may ask for writes no row.
  'CREATE TABLE used_challenges (id uuid PRIMARY KEY, expires_at timestamptz NOT NULL)',
  'CREATE INDEX used_challenges_expires ON used_challenges (expires_at)',
  // Attempts to log in, for what is unusual about the next. A failure at an address without an account is nobody's, and written so that it takes as long.
  `CREATE TABLE account_logins (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES accounts ON DELETE CASCADE,
    at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('failed', 'succeeded')),
    network text,
    country text CHECK (country ~ '^[A-Z]{2}$'),
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    device text NOT NULL,
    signals text[] NOT NULL DEFAULT '{}',
    CHECK ((latitude IS NULL) = (longitude IS NULL)))`,
  'CREATE INDEX account_logins_account ON account_logins (account_id, at)',
  'CREATE INDEX account_logins_at ON account_logins (at)',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes, passkeys, used_challenges, account_logins TO umg_auth',
]
