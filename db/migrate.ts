import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MikroORM } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import { runMigrations } from 'bullmq'
import pg from 'pg'
import { createClickHouse, readersDatabase, type ClickHouseClient, type ClickHouseConfig } from './clickhouse/client.ts'
import { MIGRATIONS } from './migrations/list.ts'
import { ormOptions } from './orm.ts'

/** The part of a logger that migrations use; pino's fits. */
export type MigrationLog = { readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void }

/** The schema of BullMQ's tables; the role umg_worker alone enters it. */
export const BULLMQ_SCHEMA = 'bullmq'

// Two starts at the same time take turns; the number is ours in this database.
const MIGRATION_LOCK = 7_205_931

export type MigratePostgresOptions = {
  /** The role that owns everything: may create roles, is no superuser. */
  readonly ownerUrl: string
  /** The roles to make, or to give these passwords; roles are the whole server's, so another database of it needs none. */
  readonly rolePasswords: Readonly<Partial<Record<'app' | 'auth' | 'worker', string>>>
  /** Whether BullMQ's schema is in it too. Default: true. */
  readonly hasJobs?: boolean
  readonly log: MigrationLog
}

/**
 * Brings PostgreSQL to this version: the roles and their passwords, the tables with their policies, BullMQ's schema. Run again it changes nothing.
 * Throws when an existing role could pass by row-level security.
 */
export async function migratePostgres({ ownerUrl, rolePasswords, hasJobs = true, log }: MigratePostgresOptions): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'umg-migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    for (const [name, password] of Object.entries(rolePasswords)) await ensureRole(client, { role: `umg_${name}`, password, log })
    await migrateTables(ownerUrl, log)
    if (hasJobs) await migrateBullmq(client, log)
  } finally {
    // Ending the session gives the lock back too.
    await client.end()
  }
}

async function ensureRole(client: pg.Client, { role, password, log }: { role: string; password: string; log: MigrationLog }): Promise<void> {
  const { rows } = await client.query<{ passes: boolean }>('SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = $1', [role])
  const [existing] = rows
  const name = client.escapeIdentifier(role)
  const secret = client.escapeLiteral(password)
  if (existing === undefined) {
    await client.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD ${secret}`)
    log.info({ role }, 'role created')
    return
  }
  if (existing.passes) throw new Error(`The role ${role} passes by row-level security (SUPERUSER or BYPASSRLS); it must not.`)
  await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${secret}`)
}

async function migrateTables(ownerUrl: string, log: MigrationLog): Promise<void> {
  const orm = await MikroORM.init({
    ...ormOptions({ url: ownerUrl, poolSize: 1 }),
    allowGlobalContext: true,
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, tableName: 'migrations', snapshot: false, silent: true, allOrNothing: true, transactional: true },
  })
  try {
    for (const { name } of await orm.migrator.up()) log.info({ migration: name }, 'PostgreSQL migrated')
  } finally {
    await orm.close()
  }
}

async function migrateBullmq(client: pg.Client, log: MigrationLog): Promise<void> {
  const version = await runMigrations(client, BULLMQ_SCHEMA)
  await grantBullmq(client)
  log.info({ bullmq: version }, 'PostgreSQL is up to date')
}

// BullMQ's tables hold jobs of every tenant; the worker names the tenant in each job and works in that tenant's scope.
async function grantBullmq(client: pg.Client): Promise<void> {
  await client.query(`
    GRANT USAGE ON SCHEMA ${BULLMQ_SCHEMA} TO umg_worker;
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA ${BULLMQ_SCHEMA} TO umg_worker;
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${BULLMQ_SCHEMA} TO umg_worker;
    GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${BULLMQ_SCHEMA} TO umg_worker`)
}

const TABLES_FOLDER = join(fileURLToPath(new URL('.', import.meta.url)), 'clickhouse', 'tables')

/**
 * Brings ClickHouse to this version: the database, then each numbered file of db/clickhouse/tables/ that `schema_versions` does not name yet.
 * `config` is the user `migrate`. Run again it changes nothing. ClickHouse has no transactions: a file holds one statement.
 */
export async function migrateClickHouse({ config, log }: { readonly config: ClickHouseConfig; readonly log: MigrationLog }): Promise<void> {
  const server = createClickHouse({ ...config, database: 'default' })
  const client = createClickHouse(config)
  try {
    for (const database of [config.database, readersDatabase(config.database)]) {
      await server.command({ query: `CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic` })
    }
    await client.command({
      query: `CREATE TABLE IF NOT EXISTS schema_versions (name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
        ENGINE = MergeTree ORDER BY name SETTINGS fsync_after_insert = 1`,
    })
    const applied = await appliedVersions(client)
    for (const name of await tableFiles()) {
      if (applied.has(name)) continue
      await client.command({ query: await readStatement(name, config.database) })
      await client.insert({ table: 'schema_versions', columns: ['name'], values: [[name]] })
      log.info({ file: name }, 'ClickHouse migrated')
    }
  } finally {
    await Promise.all([server.close(), client.close()])
  }
}

async function appliedVersions(client: ClickHouseClient): Promise<ReadonlySet<string>> {
  const result = await client.query({ query: 'SELECT name FROM schema_versions', format: 'JSONEachRow' })
  return new Set((await result.json<{ name: string }>()).map(({ name }) => name))
}

// Views lie in another database than their tables; a file names the two as {tables} and {readers}.
async function readStatement(name: string, database: string): Promise<string> {
  const text = await readFile(join(TABLES_FOLDER, name), 'utf8')
  return text.replaceAll('{tables}', database).replaceAll('{readers}', readersDatabase(database))
}

async function tableFiles(): Promise<readonly string[]> {
  const names = (await readdir(TABLES_FOLDER)).filter((name) => name.endsWith('.sql')).sort()
  const misnamed = names.find((name, index) => !name.startsWith(String(index + 1).padStart(4, '0')))
  if (misnamed !== undefined) throw new Error(`The ClickHouse table files must be numbered without a gap: ${misnamed}.`)
  return names
}
