import { Migration } from '@mikro-orm/migrations'
import { tenantTable } from './rules.ts'

/** Saved definitions of groups of users; who the members are is told anew by every question, so none are kept. */
export class Segments extends Migration {
  override name = '0005Segments'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // folded_name is the name as names are compared, folded by the code: the server's own lower() knows the letters of its locale alone.
  `CREATE TABLE segments (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    name text NOT NULL,
    folded_name text NOT NULL,
    description text,
    definition jsonb NOT NULL,
    frozen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, folded_name))`,
  ...tenantTable({ table: 'segments', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE, DELETE' }),
]
