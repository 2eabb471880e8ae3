import { Migration } from '@mikro-orm/migrations'
import { CURRENT_ACCOUNT, CURRENT_TENANT, tenantTable } from './rules.ts'

const EVERYTHING = 'SELECT, INSERT, UPDATE, DELETE'

/** Accounts and sessions, tenants and what they set up, campaigns, and the outbox. */
export class First extends Migration {
  override name = '0001First'

  override up(): void {
    for (const statement of [...globalTables, ...tenantTables, ...campaignTables, ...relayTables, ...policies]) this.addSql(statement)
  }
}

// Known before the tenant is: the role umg_auth alone reads them.
const globalTables = [
  `CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) <= 254),
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    tenant_id uuid,
    refresh_hash bytea NOT NULL UNIQUE,
    previous_hash bytea,
    rotated_at timestamptz,
    remember boolean NOT NULL DEFAULT false,
    user_agent text,
    address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    absolute_expires_at timestamptz NOT NULL,
    revoked_at timestamptz)`,
  'CREATE INDEX sessions_account ON sessions (account_id)',
  'CREATE INDEX sessions_previous_hash ON sessions (previous_hash) WHERE previous_hash IS NOT NULL',
  'CREATE TABLE domains (domain text PRIMARY KEY CHECK (domain = lower(domain)), tenant_id uuid NOT NULL)',
  `GRANT ${EVERYTHING} ON accounts, sessions, domains TO umg_auth`,
]

const tenantTables = [
  `CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text NOT NULL,
    reporting_currency text NOT NULL CHECK (reporting_currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'user', 'viewer')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, account_id))`,
  'CREATE INDEX memberships_account ON memberships (account_id)',
  `CREATE TABLE apps (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    name text NOT NULL,
    platform text,
    time_zone text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    conversion_events text[] NOT NULL DEFAULT '{install,sign_up,purchase,subscribe}',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name))`,
  `CREATE TABLE keys (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('api', 'partner', 'ingest')),
    ingest_kind text CHECK (ingest_kind IN ('sdk', 'server')),
    name text NOT NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    scopes text[] NOT NULL,
    filters jsonb NOT NULL DEFAULT '[]',
    masks text[] NOT NULL DEFAULT '{}',
    app_id uuid,
    max_revenue numeric(38, 6),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, app_id) REFERENCES apps (tenant_id, id),
    CHECK ((kind = 'ingest') = (ingest_kind IS NOT NULL)),
    CHECK (ingest_kind IS DISTINCT FROM 'sdk' OR app_id IS NOT NULL))`,
  `CREATE TABLE exchange_rates (
    tenant_id uuid NOT NULL REFERENCES tenants,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    day date NOT NULL,
    rate numeric(24, 12) NOT NULL CHECK (rate > 0),
    PRIMARY KEY (tenant_id, currency, day))`,
]

// The ids are the ad networks' own words, and parts of one campaign arrive in any order: so no foreign keys among these.
const campaignTables = [
  'CREATE TABLE partners (tenant_id uuid NOT NULL REFERENCES tenants, id text NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id))',
  `CREATE TABLE campaigns (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id text NOT NULL,
    name text NOT NULL,
    status text NOT NULL,
    budget_amount numeric(38, 6),
    budget_currency text CHECK (budget_currency ~ '^[A-Z]{3}$'),
    channel text,
    partner_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CHECK ((budget_amount IS NULL) = (budget_currency IS NULL)))`,
  `CREATE TABLE ad_groups (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id text NOT NULL,
    name text NOT NULL,
    campaign_id text,
    PRIMARY KEY (tenant_id, id))`,
  'CREATE TABLE creatives (tenant_id uuid NOT NULL REFERENCES tenants, id text NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id))',
]

// umg_app and umg_auth write what happened in the transaction that made it happen; the role umg_worker alone reads it.
const relayTables = [
  `CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid,
    topic text NOT NULL,
    aggregate text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    available_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    delivered_at timestamptz,
    dead_at timestamptz,
    last_error text)`,
  'CREATE INDEX outbox_waiting ON outbox (available_at, id) WHERE delivered_at IS NULL AND dead_at IS NULL',
  'CREATE INDEX outbox_aggregate ON outbox (aggregate, id) WHERE delivered_at IS NULL AND dead_at IS NULL',
  'ALTER TABLE outbox ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE outbox FORCE ROW LEVEL SECURITY',
  `CREATE POLICY write_own ON outbox FOR INSERT TO umg_app WITH CHECK (tenant_id = ${CURRENT_TENANT})`,
  'CREATE POLICY write_global ON outbox FOR INSERT TO umg_auth WITH CHECK (tenant_id IS NULL)',
  'CREATE POLICY relay ON outbox TO umg_worker USING (true) WITH CHECK (true)',
  'GRANT INSERT ON outbox TO umg_app, umg_auth',
  `GRANT ${EVERYTHING} ON outbox TO umg_worker`,
]

const policies = [
  ...tenantTable({ table: 'tenants', column: 'id', rights: 'SELECT, INSERT, UPDATE' }),
  ...tenantTable({ table: 'keys', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  ...['memberships', 'apps', 'exchange_rates', 'partners', 'campaigns', 'ad_groups', 'creatives'].flatMap((table) =>
    tenantTable({ table, column: 'tenant_id', rights: EVERYTHING }),
  ),
  // Which tenants an account may enter is asked before one is chosen: by the account's own id, and only what a chooser shows.
  `CREATE POLICY own_account ON memberships FOR SELECT TO umg_auth USING (account_id = ${CURRENT_ACCOUNT})`,
  'GRANT SELECT ON memberships TO umg_auth',
  `CREATE POLICY own_account ON tenants FOR SELECT TO umg_auth
    USING (EXISTS (SELECT FROM memberships m WHERE m.tenant_id = tenants.id AND m.account_id = ${CURRENT_ACCOUNT}))`,
  'GRANT SELECT (id, slug, name) ON tenants TO umg_auth',
]
