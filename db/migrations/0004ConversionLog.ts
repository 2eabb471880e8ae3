import { Migration } from '@mikro-orm/migrations'
import { tenantTable } from './rules.ts'

// No process may create a partition, so they are a fixed ring: a day's slot is used again after as many days as there are slots.
const LOG_SLOTS = 64
const TOUCH_SLOTS = 4

/** The log of conversions with its one sequence per tenant, and the touches of the last days by which conversions are credited. */
export class ConversionLog extends Migration {
  override name = '0004ConversionLog'

  override up(): void {
    for (const statement of [...tables, ...partitions('conversion_log', LOG_SLOTS), ...partitions('recent_touches', TOUCH_SLOTS), ...policies])
      this.addSql(statement)
  }
}

const tables = [
  // Room in the page for the next versions of the row: it is written by every commit that has a conversion.
  `CREATE TABLE stream_heads (
    tenant_id uuid PRIMARY KEY,
    sequence bigint NOT NULL CHECK (sequence > 0),
    recorded_at timestamptz NOT NULL) WITH (fillfactor = 20)`,
  // The slot is the UTC day of recorded_at, counted from 1970-01-01, modulo the number of slots. '' is absent in every column of text.
  `CREATE TABLE conversion_log (
    tenant_id uuid NOT NULL,
    day_slot smallint NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('conversion', 'refund', 'test')),
    event_id bytea NOT NULL CHECK (length(event_id) = 16),
    event_day integer NOT NULL,
    event text NOT NULL,
    app_id uuid,
    user_id text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    revenue numeric(38, 6),
    original_amount numeric(38, 6),
    original_currency text NOT NULL,
    platform text NOT NULL,
    country text NOT NULL,
    channel text NOT NULL,
    partner_id text NOT NULL,
    campaign_id text NOT NULL,
    decision jsonb NOT NULL,
    supersedes uuid,
    PRIMARY KEY (tenant_id, sequence, day_slot),
    UNIQUE (tenant_id, event_id, event_day, kind, day_slot)) PARTITION BY LIST (day_slot)`,
  // The slot is the four days in which it was recorded. The user is a keyed hash.
  `CREATE TABLE recent_touches (
    tenant_id uuid NOT NULL,
    slot smallint NOT NULL,
    user_key bytea NOT NULL CHECK (length(user_key) = 16),
    is_click boolean NOT NULL,
    touched_at timestamptz NOT NULL,
    event_id bytea NOT NULL CHECK (length(event_id) = 16),
    channel text NOT NULL,
    partner_id text NOT NULL,
    campaign_id text NOT NULL) PARTITION BY LIST (slot)`,
  'CREATE INDEX recent_touches_user ON recent_touches (tenant_id, user_key, is_click, touched_at)',
]

// As for event_ids nobody reads or writes a partition but through its parent. The worker empties whole ones, and can do nothing else to them.
function partitions(table: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, slot) => ({ slot, name: `${table}_${slot}` })).flatMap(({ slot, name }) => [
    `CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES IN (${slot})`,
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
    `GRANT TRUNCATE ON ${name} TO umg_worker`,
  ])
}

const policies = [
  ...tenantTable({ table: 'stream_heads', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  // What was said is never changed: a correction is a new entry.
  ...tenantTable({ table: 'conversion_log', column: 'tenant_id', rights: 'SELECT, INSERT' }),
  ...tenantTable({ table: 'recent_touches', column: 'tenant_id', rights: 'SELECT, INSERT' }),
]
