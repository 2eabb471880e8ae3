import { Migration } from '@mikro-orm/migrations'
import { CURRENT_TENANT, gateTrigger, moverPolicies, tenantTable } from './rules.ts'

/** The moves of tenants between the common databases and their own, and the gate that keeps writers out of the place where a tenant is not. */
export class TenantMoves extends Migration {
  override name = '0012TenantMoves'

  override up(): void {
    for (const statement of [...moves, ...gates, ...movers, ...guards]) this.addSql(statement)
  }
}

/** Rows that go with a tenant. Those of ingest_batches are copied to ClickHouse first, so that there are none when it moves. */
const MOVED = [
  'ad_groups',
  'campaigns',
  'catalog_events',
  'conversion_log',
  'creatives',
  'event_ids',
  'ingest_batches',
  'partners',
  'recent_touches',
  'rejected_events',
  'segments',
  'stream_heads',
  'tenant_usage',
]

const moves = [
  // One row per tenant: its move, or its last one.
  `CREATE TABLE tenant_moves (
    tenant_id uuid PRIMARY KEY,
    id uuid NOT NULL,
    slug text NOT NULL,
    destination text NOT NULL CHECK (destination IN ('dedicated', 'shared')),
    keeps_source boolean NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'undoing', 'done', 'undone')),
    step text NOT NULL DEFAULT 'asked' CHECK (step IN ('asked', 'made', 'copied', 'switched', 'opened', 'removed')),
    attempts integer NOT NULL DEFAULT 0,
    progress text NOT NULL DEFAULT '',
    problem text,
    created_at timestamptz NOT NULL DEFAULT now(),
    switched_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now())`,
  ...tenantTable({ table: 'tenant_moves', column: 'tenant_id', rights: 'SELECT' }),
  'CREATE POLICY every_move ON tenant_moves TO umg_worker USING (true) WITH CHECK (true)',
  'GRANT SELECT, INSERT, UPDATE ON tenant_moves TO umg_worker',
  // The tenant is in the common databases all the same: not there yet, or not any more.
  `ALTER TABLE tenant_routes ADD COLUMN is_bypassed boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT tenant_routes_one_way CHECK (NOT (is_ready AND is_bypassed))`,
]

// A row closes the gate of this database to the tenant's writers, however old their knowledge of where it is. None: it is open.
const gates = [
  "CREATE TABLE tenant_gates (tenant_id uuid PRIMARY KEY, state text NOT NULL CHECK (state IN ('draining', 'closed')))",
  ...tenantTable({ table: 'tenant_gates', column: 'tenant_id', rights: 'SELECT' }),
  'CREATE POLICY mover ON tenant_gates TO umg_owner USING (true) WITH CHECK (true)',
]

const movers = MOVED.flatMap(moverPolicies)

/** The worker alone writes these, also while it finishes what was taken before. */
const WORKERS = [
  { table: 'catalog_events', events: 'INSERT OR UPDATE OR DELETE' },
  { table: 'ingest_batches', events: 'UPDATE OR DELETE' },
]
// Not tenant_usage: questions are counted in the common database wherever the tenant is, and events in the transaction that adds their ids.
const SERVING = MOVED.filter((table) => table !== 'catalog_events' && table !== 'tenant_usage').map((table) => ({
  table,
  events: table === 'ingest_batches' ? 'INSERT' : 'INSERT OR UPDATE OR DELETE',
}))
// Keeps these locks apart from any other use of advisory locks in this database; db/moving/gate.ts takes the other side.
const GATE_LOCK_CLASS = 1_886_546_540

// Whoever writes holds the tenant's gate open until its transaction ends, and who closes it waits for them: behind a closed gate nothing is written any
// more, and nothing that was written is still to come. Looked at once in a transaction. The statement after the lock sees what was committed before it.
const guards = [
  `CREATE FUNCTION refuse_behind_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      tenant uuid := ${CURRENT_TENANT};
      passed text := 'app.gate_' || TG_ARGV[0];
    BEGIN
      IF tenant IS NULL OR current_setting(passed, true) = tenant::text THEN
        RETURN NULL;
      END IF;
      PERFORM pg_advisory_xact_lock_shared(${GATE_LOCK_CLASS}, hashtext(tenant::text));
      IF EXISTS (SELECT FROM tenant_gates WHERE tenant_id = tenant AND (state = 'closed' OR TG_ARGV[0] = 'serving')) THEN
        RAISE EXCEPTION 'The tenant % is being moved, or was.', tenant USING ERRCODE = 'UM001';
      END IF;
      PERFORM set_config(passed, tenant::text, true);
      RETURN NULL;
    END $$`,
  ...SERVING.map(gateTrigger),
  ...WORKERS.map((each) => gateTrigger({ ...each, who: 'worker' })),
]
