import { Migration } from '@mikro-orm/migrations'
import { tenantTable } from './rules.ts'

/** The audit log of each tenant with the head of its hash chain, and the keys under which a tenant's personal data is kept. */
export class Audit extends Migration {
  override name = '0009Audit'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // A destroyed key keeps its row: what it sealed can be told from what was damaged.
  `CREATE TABLE tenant_data_keys (
    tenant_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    wrapped bytea,
    master_id text NOT NULL,
    created_at timestamptz NOT NULL,
    destroyed_at timestamptz,
    PRIMARY KEY (tenant_id, version),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)))`,
  // before, after and address are ciphertext; the hash is over the ciphertext, so that verifying needs no data key.
  `CREATE TABLE audit_log (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    record_id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('account', 'key', 'system', 'anonymous')),
    actor_id uuid,
    action text NOT NULL,
    target text NOT NULL,
    before bytea,
    after bytea,
    address bytea,
    request_id text,
    previous_hash bytea NOT NULL CHECK (length(previous_hash) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant_id, sequence),
    UNIQUE (tenant_id, record_id))`,
  `CREATE TABLE audit_heads (
    tenant_id uuid PRIMARY KEY,
    sequence bigint NOT NULL CHECK (sequence >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    seal bytea NOT NULL CHECK (length(seal) = 32))`,
  ...tenantTable({ table: 'tenant_data_keys', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  ...tenantTable({ table: 'audit_log', column: 'tenant_id', rights: 'SELECT, INSERT' }),
  ...tenantTable({ table: 'audit_heads', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  // The owner is refused too, but for a transaction that says it is maintenance: SET LOCAL app.audit_maintenance = 'on'.
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('app.audit_maintenance', true) = 'on' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NULL;
      END IF;
      RAISE EXCEPTION 'The audit log only grows: % of % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$`,
  `CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
  `CREATE TRIGGER only_moves BEFORE DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
  `CREATE FUNCTION refuse_audit_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.tenant_id = OLD.tenant_id AND NEW.sequence > OLD.sequence THEN
        RETURN NEW;
      END IF;
      IF current_setting('app.audit_maintenance', true) = 'on' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'The head of an audit log only moves forward.' USING ERRCODE = 'insufficient_privilege';
    END $$`,
  `CREATE TRIGGER only_forward BEFORE UPDATE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_audit_step_back()`,
  // Rows that a newer version refused are kept sealed; those of before stay as they are for their 30 days.
  // The sentence quotes what was sent, so it is sealed too, and message is '' then.
  'ALTER TABLE rejected_events ADD COLUMN is_sealed boolean NOT NULL DEFAULT false, ADD COLUMN sealed_message bytea',
  // What has to be done for every tenant in turn begins with their list, and that is all that is shown of them.
  'CREATE POLICY every_tenant ON tenants FOR SELECT TO umg_worker USING (true)',
  'GRANT SELECT (id, slug) ON tenants TO umg_worker',
]
