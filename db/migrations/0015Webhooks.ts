import { Migration } from '@mikro-orm/migrations'
import { movedTable, tenantTable } from './rules.ts'

/** Endpoints that the log of conversions is posted to, each with its place in the log, and what was sent to them. */
export class Webhooks extends Migration {
  override name = '0015Webhooks'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // The conditions are those that the filter means, as JSON text in the order in which the question was told from them. Secrets are sealed.
  `CREATE TABLE webhook_endpoints (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    url text NOT NULL,
    description text,
    filter jsonb,
    conditions text NOT NULL,
    question text NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    problem text CHECK (problem IN ('gone', 'secret_lost')),
    position bigint NOT NULL,
    position_ms bigint NOT NULL,
    gap_from_ms bigint,
    gap_to_ms bigint,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_until timestamptz,
    failures integer NOT NULL DEFAULT 0,
    probe_at timestamptz,
    last_delivery_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)) WITH (fillfactor = 70)`,
  ...tenantTable({ table: 'webhook_endpoints', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE, DELETE' }),
  // What is sent is read in the log when it is sent. No reference to the endpoint: the log of one that was removed goes with its age. place is the order.
  `CREATE TABLE webhook_deliveries (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    place bigint GENERATED ALWAYS AS IDENTITY,
    webhook_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('log', 'redelivery', 'test')),
    conversion_id uuid NOT NULL,
    sequence bigint NOT NULL,
    recorded_ms bigint NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_status_code integer,
    last_error text,
    last_response text,
    duration_ms integer,
    requested_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id))`,
  'CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (tenant_id, webhook_id, place)',
  "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (tenant_id, webhook_id, next_attempt_at) WHERE status = 'pending'",
  'CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at)',
  ...tenantTable({ table: 'webhook_deliveries', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  ...['webhook_endpoints', 'webhook_deliveries'].flatMap((table) => movedTable({ table })),
  // The worker is shown where there is something to do, and removes what is old; what it sends it reads as the tenant.
  'CREATE POLICY every_endpoint ON webhook_endpoints TO umg_worker USING (true)',
  'GRANT SELECT (tenant_id, id, is_enabled, probe_at, position) ON webhook_endpoints TO umg_worker',
  'CREATE POLICY every_delivery ON webhook_deliveries TO umg_worker USING (true)',
  'GRANT SELECT (tenant_id, id, webhook_id, status, next_attempt_at, created_at), DELETE ON webhook_deliveries TO umg_worker',
  'CREATE POLICY every_head ON stream_heads FOR SELECT TO umg_worker USING (true)',
  'GRANT SELECT (tenant_id, sequence) ON stream_heads TO umg_worker',
]
