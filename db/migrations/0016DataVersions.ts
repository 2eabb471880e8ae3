import { Migration } from '@mikro-orm/migrations'
import { movedTable, tenantTable } from './rules.ts'

/** How often the data that a tenant's analyses read have changed: what live queries wait for. */
export class DataVersions extends Migration {
  override name = '0016DataVersions'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // Room in the page for the next versions of the row: it is written by every copy. \`changes\` tells of the last versions, the newest first and without a
  // hole, what the rows have that made them: [{ "version", "rows": RowsSummary }].
  `CREATE TABLE data_versions (
    tenant_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    changes jsonb NOT NULL DEFAULT '[]') WITH (fillfactor = 20)`,
  ...tenantTable({ table: 'data_versions', column: 'tenant_id', rights: 'SELECT, INSERT, UPDATE' }),
  ...movedTable({ table: 'data_versions', who: 'worker' }),
]
