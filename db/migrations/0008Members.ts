import { Migration } from '@mikro-orm/migrations'
import { CURRENT_TENANT, tenantTable } from './rules.ts'

/** Invitations and who sees whom in a tenant, settings of apps and keys, plans and what is used of them, and domains that name their tenant. */
export class Members extends Migration {
  override name = '0008Members'

  override up(): void {
    for (const statement of [...invitations, ...fellowMembers, ...settings, ...usage, ...domains]) this.addSql(statement)
  }
}

const invitations = [
  `CREATE TABLE invitations (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    email text NOT NULL CHECK (length(email) <= 254),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'user', 'viewer')),
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    invited_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    accepted_by uuid,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id))`,
  // Of one address one invitation waits at a time, also when two are asked for at once.
  'CREATE UNIQUE INDEX invitations_waiting ON invitations (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL',
  ...tenantTable({ table: 'invitations', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
]

const fellowMembers = [
  // Inside a tenant its members are known to each other: auth tells their names to those who may see them.
  `CREATE POLICY fellow_members ON memberships FOR SELECT TO umg_auth USING (tenant_id = ${CURRENT_TENANT})`,
  // Accounts are read by the role umg_auth alone. What the tenant has to know of an address, the database itself compares: a member's is that of the
  // account, and an invitation is accepted by an account of its address.
  'ALTER TABLE accounts ADD CONSTRAINT accounts_id_email UNIQUE (id, email)',
  `ALTER TABLE memberships ADD COLUMN email text,
    ADD CONSTRAINT memberships_email FOREIGN KEY (account_id, email) REFERENCES accounts (id, email) ON UPDATE CASCADE ON DELETE CASCADE`,
  'ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY',
  'UPDATE memberships SET email = accounts.email FROM accounts WHERE accounts.id = memberships.account_id',
  'ALTER TABLE memberships FORCE ROW LEVEL SECURITY',
  `ALTER TABLE invitations ADD CONSTRAINT invitations_address
    FOREIGN KEY (accepted_by, email) REFERENCES accounts (id, email) ON UPDATE CASCADE ON DELETE SET NULL (accepted_by)`,
]

const settings = [
  "ALTER TABLE tenants ADD COLUMN plan text NOT NULL DEFAULT 'enterprise' CHECK (plan IN ('free', 'growth', 'enterprise'))",
  `ALTER TABLE apps ADD COLUMN bundle_id text,
    ADD COLUMN click_lookback_days integer NOT NULL DEFAULT 7 CHECK (click_lookback_days BETWEEN 1 AND 90),
    ADD COLUMN view_lookback_days integer NOT NULL DEFAULT 1 CHECK (view_lookback_days BETWEEN 0 AND 90)`,
  `ALTER TABLE keys ADD COLUMN allowed_networks text[] NOT NULL DEFAULT '{}',
    ADD COLUMN replaces uuid`,
]

const usage = [
  // Several rows of one period, so that commits at the same time do not wait for each other; used is their sum.
  `CREATE TABLE tenant_usage (
    tenant_id uuid NOT NULL REFERENCES tenants,
    kind text NOT NULL CHECK (kind IN ('events', 'queries', 'queries_alarm')),
    period date NOT NULL,
    slot smallint NOT NULL DEFAULT 0,
    used bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (tenant_id, kind, period, slot)) WITH (fillfactor = 50)`,
  ...tenantTable({ table: 'tenant_usage', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
]

const domains = [
  // Requests name a tenant by its slug; here it is copied, and the key keeps the copy true.
  'ALTER TABLE tenants ADD CONSTRAINT tenants_id_slug UNIQUE (id, slug)',
  `ALTER TABLE domains ADD COLUMN tenant_slug text NOT NULL,
    ADD CONSTRAINT domains_tenant FOREIGN KEY (tenant_id, tenant_slug) REFERENCES tenants (id, slug) ON UPDATE CASCADE`,
]
