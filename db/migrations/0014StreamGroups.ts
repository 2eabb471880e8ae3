import { Migration } from '@mikro-orm/migrations'
import { movedTable, tenantTable } from './rules.ts'

/**
 * Groups that read the log of conversions together: how far they have come, who reads, and what each of those has not acknowledged yet. And entries that
 * correct others, with what is needed to find those.
 */
export class StreamGroups extends Migration {
  override name = '0014StreamGroups'

  override up(): void {
    for (const statement of [...tables, ...policies, ...corrections]) this.addSql(statement)
  }
}

const tables = [
  // Everything up to next_sequence is acknowledged or in a lease. A gap was found before next_sequence and has not been told yet. Room in the page
  // for the next versions of the row: it is written with every batch.
  `CREATE TABLE stream_groups (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    scope text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    question text NOT NULL,
    conditions jsonb NOT NULL,
    begun text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now(),
    acknowledged_at timestamptz,
    next_sequence bigint NOT NULL CHECK (next_sequence >= 0),
    next_ms bigint NOT NULL,
    gap_from_ms bigint,
    gap_to_ms bigint,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, scope, name)) WITH (fillfactor = 30)`,
  // The server is the key of an advisory lock that a living process holds.
  `CREATE TABLE stream_members (
    tenant_id uuid NOT NULL,
    group_id uuid NOT NULL,
    id uuid NOT NULL,
    server integer NOT NULL,
    PRIMARY KEY (tenant_id, group_id, id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES stream_groups ON DELETE CASCADE)`,
  // Entries behind after_sequence up to upto_sequence that are not acknowledged; the ranges of a group do not overlap. Without a member it is free.
  `CREATE TABLE stream_leases (
    tenant_id uuid NOT NULL,
    group_id uuid NOT NULL,
    after_sequence bigint NOT NULL,
    after_ms bigint NOT NULL,
    upto_sequence bigint NOT NULL,
    upto_ms bigint NOT NULL,
    entries bigint[] NOT NULL CHECK (cardinality(entries) > 0),
    gap_from_ms bigint,
    gap_to_ms bigint,
    member uuid,
    delivery integer NOT NULL,
    earlier_members uuid[] NOT NULL DEFAULT '{}',
    earlier_deliveries integer[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, group_id, after_sequence),
    FOREIGN KEY (tenant_id, group_id) REFERENCES stream_groups ON DELETE CASCADE) WITH (fillfactor = 70)`,
  'CREATE INDEX stream_leases_member ON stream_leases (tenant_id, group_id, member)',
  "CREATE INDEX stream_leases_earlier ON stream_leases (tenant_id, group_id) WHERE earlier_members <> '{}'",
]

const policies = [
  ...tenantTable({ table: 'stream_groups', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE, DELETE' }),
  ...tenantTable({ table: 'stream_members', column: 'tenant_id', rights: 'SELECT, INSERT, DELETE' }),
  ...tenantTable({ table: 'stream_leases', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE, DELETE' }),
  ...['stream_groups', 'stream_members', 'stream_leases'].flatMap((table) => movedTable({ table })),
  // Groups that nobody has used for so long that all they have not read is gone; what hangs on them goes with them.
  "CREATE POLICY unused ON stream_groups TO umg_worker USING (used_at < now() - interval '35 days')",
  'GRANT SELECT (used_at), DELETE ON stream_groups TO umg_worker',
]

const corrections = [
  "ALTER TABLE conversion_log ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (reason IN ('', 'REFUND', 'ATTRIBUTION_CHANGED', 'FRAUD'))",
  // The user, as a keyed hash, of what was credited by the user's touches: a touch that comes late may change it.
  'ALTER TABLE conversion_log ADD COLUMN user_key bytea CHECK (length(user_key) = 16)',
  `ALTER TABLE conversion_log DROP CONSTRAINT conversion_log_kind_check,
    ADD CONSTRAINT conversion_log_kind_check CHECK (kind IN ('conversion', 'refund', 'test', 'retraction', 'recredit'))`,
  'CREATE INDEX conversion_log_id ON conversion_log (tenant_id, id)',
  'CREATE INDEX conversion_log_superseded ON conversion_log (tenant_id, supersedes) WHERE supersedes IS NOT NULL',
  'CREATE INDEX conversion_log_user ON conversion_log (tenant_id, user_key, occurred_at) WHERE user_key IS NOT NULL',
]
