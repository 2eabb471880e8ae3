import { Migration } from '@mikro-orm/migrations'
import { tenantTable } from './rules.ts'

const FIRST_YEAR = 1970
const LAST_YEAR = 2079

/** What an accepted event leaves in PostgreSQL: its id for ever, its batch until copied, or the reason it was refused. */
export class Ingest extends Migration {
  override name = '0002Ingest'

  override up(): void {
    for (const statement of [...tables, ...eventIdPartitions(), ...policies]) this.addSql(statement)
  }
}

const tables = [
  `CREATE TABLE catalog_events (
    tenant_id uuid NOT NULL REFERENCES tenants,
    name text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, name))`,
  // The id is a keyed hash of tenant and event id, so the key needs no tenant, and ids of the current days lie together in it.
  `CREATE TABLE event_ids (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    id bytea NOT NULL CHECK (length(id) = 16),
    PRIMARY KEY (day, id)) PARTITION BY RANGE (day)`,
  `CREATE TABLE ingest_batches (
    tenant_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    payload bytea NOT NULL,
    row_count integer NOT NULL CHECK (row_count > 0),
    copy_group bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id))`,
  // Compressed already: trying again costs time on the hot path and saves nothing.
  'ALTER TABLE ingest_batches ALTER COLUMN payload SET STORAGE EXTERNAL',
  `CREATE TABLE rejected_events (
    tenant_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    key_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    index integer NOT NULL,
    code text NOT NULL,
    path text NOT NULL,
    message text NOT NULL,
    raw bytea NOT NULL,
    PRIMARY KEY (tenant_id, id))`,
]

// Nobody is granted a partition, and each has row-level security without a policy: only the parent, with its policy, leads to the rows.
function eventIdPartitions(): readonly string[] {
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, offset) => FIRST_YEAR + offset)
  const partitions = years.map((year) => ({ name: `event_ids_${year}`, bounds: `FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01')` }))
  return [...partitions, { name: 'event_ids_other', bounds: 'DEFAULT' }].flatMap(({ name, bounds }) => [
    `CREATE TABLE ${name} PARTITION OF event_ids ${bounds}`,
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
  ])
}

const policies = [
  ...tenantTable({ table: 'catalog_events', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  // Deduplication is for ever: nothing takes an id away.
  ...tenantTable({ table: 'event_ids', column: 'tenant_id', rights: 'SELECT, INSERT' }),
  ...tenantTable({ table: 'ingest_batches', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE, DELETE' }),
  ...tenantTable({ table: 'rejected_events', column: 'tenant_id', rights: 'SELECT, INSERT, DELETE' }),
]
