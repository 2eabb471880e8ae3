import { afterAll, expect, test } from 'vitest'
import { LOG_SLOTS, TOUCH_SLOTS } from './conversions/days.ts'
import { BULLMQ_SCHEMA } from './migrate.ts'
import { MOVED_TABLES } from './moving/copyRows.ts'
import { createOrm, ENTITIES } from './orm.ts'
import { TABLES, type TableClass } from './tables.ts'
import { openTestPools } from './testing/testPools.ts'
import { readConfig } from '#ops/config.ts'

const pools = openTestPools()
afterAll(pools.close)

type TableRow = { name: string; schema: string; is_partition: boolean; has_rls: boolean; is_forced: boolean; owner: string }

const listTables = async (): Promise<readonly TableRow[]> => {
  const { rows } = await pools.owner.query<TableRow>(`
    SELECT c.relname AS name, n.nspname AS schema, c.relispartition AS is_partition, c.relrowsecurity AS has_rls, c.relforcerowsecurity AS is_forced,
      pg_get_userbyid(c.relowner) AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
    ORDER BY 1`)
  return rows
}

// Which roles hold any right on a table or on one of its columns.
const listRights = async (): Promise<ReadonlySet<string>> => {
  const { rows } = await pools.owner.query<{ right: string }>(`
    SELECT DISTINCT pg_get_userbyid(a.grantee) || ' ' || c.relname AS right
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL (
      SELECT grantee FROM aclexplode(c.relacl)
      UNION SELECT x.grantee FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid) a
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.grantee <> c.relowner`)
  return new Set(rows.map(({ right }) => right))
}

const namesOf = (kind: TableClass): readonly string[] => Object.keys(TABLES).filter((name) => TABLES[name] === kind)

test('every table is listed as tenant, global, relay or bookkeeping, and every listed one exists', async () => {
  const live = (await listTables()).filter(({ schema, is_partition }) => schema !== BULLMQ_SCHEMA && !is_partition)
  expect(live.map(({ name }) => name)).toEqual(Object.keys(TABLES).toSorted())
  expect(new Set(live.map(({ schema }) => schema))).toEqual(new Set(['public']))
})

test('tenant and relay tables and every partition force row-level security, on the owner too', async () => {
  const walled = new Set([...namesOf('tenant'), ...namesOf('relay')])
  const tables = (await listTables()).filter(({ name, is_partition }) => is_partition || walled.has(name))
  expect(tables.length).toBeGreaterThan(walled.size)
  expect(tables.filter(({ has_rls, is_forced }) => !has_rls || !is_forced)).toEqual([])
})

test('the owner owns everything and no process’s role can pass by row-level security', async () => {
  expect(new Set((await listTables()).map(({ owner }) => owner))).toEqual(new Set(['umg_owner']))
  const { rows } = await pools.owner.query(
    "SELECT rolname FROM pg_roles WHERE rolname LIKE 'umg\\_%' AND (rolsuper OR rolbypassrls OR (rolname <> 'umg_owner' AND (rolcreaterole OR rolcreatedb OR rolreplication)))",
  )
  expect(rows).toEqual([])
})

// Whole partitions that are old enough are emptied by the worker, which can read and write nothing in them.
const emptied = [
  ...Array.from({ length: LOG_SLOTS }, (_, slot) => `conversion_log_${slot}`),
  ...Array.from({ length: TOUCH_SLOTS }, (_, slot) => `recent_touches_${slot}`),
]

test('each role holds rights on its own class of tables alone, nobody on bookkeeping, and on partitions the worker alone', async () => {
  const expected = [
    ...namesOf('tenant').map((name) => `umg_app ${name}`),
    ...namesOf('global').map((name) => `umg_auth ${name}`),
    ...namesOf('relay').map((name) => `umg_worker ${name}`),
    'umg_app outbox',
    'umg_auth outbox',
    'umg_auth mail_suppressions',
    'umg_auth memberships',
    'umg_auth tenants',
    'umg_worker tenants',
    'umg_worker accounts',
    'umg_worker second_factors',
    'umg_worker recovery_codes',
    'umg_worker tenant_moves',
    'umg_worker tenant_routes',
    'umg_worker stream_heads',
    'umg_worker webhook_deliveries',
    'umg_worker webhook_endpoints',
    'umg_worker stream_groups',
    ...emptied.map((name) => `umg_worker ${name}`),
  ]
  expect([...(await listRights())].toSorted()).toEqual(expected.toSorted())
})

test('the worker may empty the partitions of the log and of the touches, and do nothing else to them', async () => {
  const { rows } = await pools.owner.query<{ name: string; right: string }>(`
    SELECT c.relname AS name, a.privilege_type AS right FROM pg_class c, LATERAL aclexplode(c.relacl) a
    WHERE c.relnamespace = 'public'::regnamespace AND c.relispartition AND a.grantee <> c.relowner`)
  expect(rows.map(({ name, right }) => `${right} ${name}`).toSorted()).toEqual(emptied.map((name) => `TRUNCATE ${name}`).toSorted())
  for (const statement of [
    'TRUNCATE conversion_log',
    'SELECT FROM conversion_log_0',
    'DELETE FROM conversion_log_0',
    'TRUNCATE stream_heads',
    'DROP TABLE conversion_log_0',
  ])
    await expect(pools.worker.query(statement)).rejects.toThrow(/permission denied|must be owner/)
})

// Who moves a tenant looks at its rows; adds and takes away behind a closed gate alone (see rowLevelSecurity.test.ts).
const MOVED = ['ingest_batches', ...MOVED_TABLES.map(({ table }) => table)]
const MOVERS = ['mover_adds', 'mover_reads', 'mover_removes']
const MORE_POLICIES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(MOVED.map((table) => [table, [...MOVERS, 'tenant']])),
  tenant_gates: ['mover', 'tenant'],
  tenant_moves: ['every_move', 'tenant'],
  memberships: ['fellow_members', 'own_account', 'tenant'],
  provisionings: ['own_account', 'tenant'],
  stream_heads: ['every_head', ...MOVERS, 'tenant'],
  stream_groups: [...MOVERS, 'tenant', 'unused'],
  tenant_routes: ['every_route', 'tenant'],
  tenants: ['every_tenant', 'own_account', 'tenant', 'undo'],
  webhook_deliveries: ['every_delivery', ...MOVERS, 'tenant'],
  webhook_endpoints: ['every_endpoint', ...MOVERS, 'tenant'],
}

test('the worker is shown the id and the slug of every tenant, and nothing else of it', async () => {
  const { rows } = await pools.owner.query<{ name: string; rights: string[] }>(`
    SELECT t.attname AS name, array_agg(x.privilege_type) AS rights FROM pg_attribute t, aclexplode(t.attacl) x
    WHERE t.attrelid = 'tenants'::regclass AND x.grantee = 'umg_worker'::regrole GROUP BY 1 ORDER BY 1`)
  expect(rows).toEqual([
    { name: 'id', rights: ['SELECT'] },
    { name: 'slug', rights: ['SELECT'] },
  ])
  await expect(pools.worker.query('SELECT name FROM tenants')).rejects.toThrow(/permission denied/)
})

test('every tenant table has exactly the tenant’s policy, and a check against the nil UUID', async () => {
  const { rows } = await pools.owner.query<{ name: string; policies: string[]; has_check: boolean }>(
    `
    SELECT c.relname AS name,
      ARRAY(SELECT polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies,
      EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = c.relname || '_tenant_is_known') AS has_check
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1)`,
    [namesOf('tenant')],
  )
  expect(rows).toHaveLength(namesOf('tenant').length)
  for (const { name, policies, has_check } of rows) {
    expect([name, policies, has_check]).toEqual([name, MORE_POLICIES[name] ?? ['tenant'], true])
  }
})

test('there is no function that runs with its owner’s rights and no view', async () => {
  const { rows: functions } = await pools.owner.query(
    "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
  )
  expect(functions).toEqual([])
  const { rows: views } = await pools.owner.query("SELECT viewname FROM pg_views WHERE schemaname IN ('public', $1)", [BULLMQ_SCHEMA])
  expect(views).toEqual([])
})

test('no role of a process can become another, nor holds a right of PostgreSQL’s own roles', async () => {
  const { rows } = await pools.owner.query(
    "SELECT member::regrole::text AS member, roleid::regrole::text AS role FROM pg_auth_members WHERE member::regrole::text IN ('umg_app', 'umg_auth', 'umg_worker')",
  )
  expect(rows).toEqual([])
  for (const pool of [pools.app, pools.auth, pools.worker]) {
    await expect(pool.query('SET ROLE umg_owner')).rejects.toThrow(/permission denied/)
    await expect(pool.query('SET SESSION AUTHORIZATION umg_owner')).rejects.toThrow(/permission denied/)
    // With it on, a query that a policy would narrow is refused; off it is the same rows, since only an owner may pass by.
    const { rows: shown } = await pool.query<{ bypasses: boolean }>(
      'SELECT row_security_active(c.oid) IS FALSE AS bypasses FROM pg_class c WHERE c.relname = ANY ($1)',
      [namesOf('tenant').filter((name) => name !== 'tenants' && name !== 'memberships')],
    )
    expect(shown.filter(({ bypasses }) => bypasses)).toEqual([])
  }
})

test('nobody but the owner can make anything in which a way around could stand', async () => {
  for (const pool of [pools.app, pools.auth, pools.worker]) {
    const { rows } = await pool.query(
      "SELECT has_schema_privilege('public', 'CREATE') AS makes, has_database_privilege(current_database(), 'CREATE') AS schemas",
    )
    expect(rows).toEqual([{ makes: false, schemas: false }])
  }
  const { rows: publicRights } = await pools.owner.query(
    "SELECT c.relname FROM pg_class c, LATERAL aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = 0",
  )
  expect(publicRights).toEqual([])
  const { rows: rules } = await pools.owner.query("SELECT rulename FROM pg_rules WHERE schemaname = 'public'")
  expect(rules).toEqual([])
})

test('BullMQ’s schema is the worker’s alone', async () => {
  for (const pool of [pools.app, pools.auth]) {
    const { rows } = await pool.query('SELECT has_schema_privilege($1, $2) AS allowed', [BULLMQ_SCHEMA, 'USAGE'])
    expect(rows).toEqual([{ allowed: false }])
  }
  const { rows } = await pools.worker.query('SELECT has_schema_privilege($1, $2) AS allowed', [BULLMQ_SCHEMA, 'USAGE'])
  expect(rows).toEqual([{ allowed: true }])
})

test('every entity’s columns exist with the nullability and type that it states', async () => {
  const orm = await createOrm({ url: readConfig.owner().appUrl, poolSize: 1 })
  try {
    const { rows } = await pools.owner.query<{ key: string; nullable: boolean; type: string }>(`
      SELECT table_name || '.' || column_name AS key, is_nullable = 'YES' AS nullable, udt_name AS type FROM information_schema.columns WHERE table_schema = 'public'`)
    const live = new Map(rows.map((row) => [row.key, row]))
    const types: Readonly<Record<string, string>> = {
      _text: 'text[]',
      timestamptz: 'timestamptz',
      bool: 'boolean',
      int4: 'int',
      int8: 'bigint',
      float8: 'double precision',
    }
    const entities = [...orm.getMetadata().getAll().values()]
    expect(entities).toHaveLength(ENTITIES.length)
    for (const meta of entities) {
      for (const property of Object.values(meta.properties)) {
        const key = `${meta.tableName}.${property.fieldNames[0]}`
        const column = live.get(key)
        const stated = property.columnTypes[0]?.replace(/\(.*\)/, '')
        expect([key, property.nullable ?? false, stated]).toEqual([key, column?.nullable, types[column?.type ?? ''] ?? column?.type])
      }
    }
  } finally {
    await orm.close()
  }
})
