import { Migration } from '@mikro-orm/migrations'
import { CURRENT_ACCOUNT, tenantTable } from './rules.ts'

/** How far the making of each tenant is, kept for ever: it says who asked for it, and why one was not made. */
export class Provisioning extends Migration {
  override name = '0010Provisioning'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // The tenant's id is the provisioning's too. No reference to tenants: the row outlives a tenant that was undone.
  `CREATE TABLE provisionings (
    tenant_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    reporting_currency text NOT NULL,
    app_id uuid NOT NULL,
    first_keys jsonb NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'undoing', 'failed')),
    step text NOT NULL DEFAULT 'reserved' CHECK (step IN ('reserved', 'databases', 'app', 'owner', 'keys', 'mail')),
    attempts integer NOT NULL DEFAULT 0,
    problem text,
    address text,
    request_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now())`,
  'CREATE INDEX provisionings_account ON provisionings (account_id, created_at)',
  ...tenantTable({ table: 'provisionings', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  // Who asked is told how it goes before being a member of anything.
  `CREATE POLICY own_account ON provisionings FOR SELECT TO umg_app USING (account_id = ${CURRENT_ACCOUNT})`,
  // Its owner is written to when it is made, and is a member by this address.
  'GRANT SELECT (id, email, name) ON accounts TO umg_worker',
  // A tenant goes away only while its making is undone.
  'GRANT DELETE ON tenants TO umg_app',
  `CREATE POLICY undo ON tenants AS RESTRICTIVE FOR DELETE TO umg_app
    USING (EXISTS (SELECT FROM provisionings p WHERE p.tenant_id = tenants.id AND p.status = 'undoing'))`,
  // Where the rows are of a tenant that has databases of its own. A process is shown its tenant's alone; the worker makes them and works in each.
  `CREATE TABLE tenant_routes (
    tenant_id uuid PRIMARY KEY,
    database text NOT NULL UNIQUE CHECK (database ~ '^[a-z][a-z0-9_]{0,62}$'),
    clickhouse_database text NOT NULL UNIQUE CHECK (clickhouse_database ~ '^[a-z][a-z0-9_]{0,62}$'),
    is_ready boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now())`,
  ...tenantTable({ table: 'tenant_routes', column: 'tenant_id', rights: 'SELECT' }),
  'CREATE POLICY every_route ON tenant_routes TO umg_worker USING (true) WITH CHECK (true)',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_routes TO umg_worker',
]
