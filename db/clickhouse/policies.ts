// Who may do what in ClickHouse, in one place and two forms: the XML of the embedded config file, which knows no CREATE USER,
// and the SQL for a server of one's own.
import { createHash } from 'node:crypto'
import { CATALOG, CATALOG_TABLES, type CatalogTable } from './catalog.ts'
import { READERS, readersDatabase, TENANT_SETTING, type ClickHouseUser } from './client.ts'

export type { ClickHouseUser } from './client.ts'

export type ClickHouseUsersOptions = {
  readonly passwords: Readonly<Record<ClickHouseUser, string>>
  /** Signs the tenant statements; at least 32 characters of A–Z a–z 0–9 _ and -. */
  readonly tenantSecret: string
  readonly database: string
  /** The databases of tenants that have their own: the same rights and policies, whether they are there yet or not. */
  readonly dedicated: readonly string[]
}

/** The tables that `ingest` may add to; it reads nothing. */
const INPUT_TABLES: readonly CatalogTable[] = ['costs', 'events']

const NIL_UUID = '00000000-0000-0000-0000-000000000000'
const UUID_CHARACTERS = 36

/** Limits of one query of a reader. Beyond them the server throws; nothing is cut silently. */
export const READER_LIMITS = {
  maxExecutionSeconds: 60,
  maxMemoryBytes: 4 * 1024 ** 3,
  maxResultRows: 1_000_000,
  maxRowsToRead: 10_000_000_000,
} as const

// Of analytics' queries eight run at once and the rest are queued in the service; this is the server's own ceiling over all processes.
const MAX_QUERIES_OF_READER = 64
// An import of decades of history in one batch is one part per month, and 100 would be the default.
const MAX_PARTITIONS_PER_INSERT = 2_000

/**
 * The row policy (ENGINE.md, section 2): a row is shown when its tenant is the one of the signed statement. No statement, an unsigned one and
 * another tenant with this one's signature all make the nil UUID, whose rows the last condition excludes.
 */
export function tenantRowFilter(tenantSecret: string): string {
  assertSecret(tenantSecret)
  const statement = `getSetting('${TENANT_SETTING}')`
  const tenant = `substring(${statement}, 1, ${UUID_CHARACTERS})`
  const isSigned = `hex(SHA256(concat('${tenantSecret}', ${tenant}))) = substring(${statement}, ${UUID_CHARACTERS + 2})`
  const nil = `toUUID('${NIL_UUID}')`
  // wall: row-policy
  return `tenant_id = if(${isSigned}, toUUIDOrZero(${tenant}), ${nil}) AND tenant_id != ${nil}`
}

type Setting = readonly [name: string, value: string | number]

// readonly = 1 and no other constraint: a request may change these settings and no others, from 1 (0 would be no limit) to their ceilings.
// The last is how a reader ends a query of its own by its id: KILL QUERY would need system.processes, where the statements of all tenants are.
const READER_CHANGEABLE: readonly { readonly name: string; readonly max?: number }[] = [
  { name: TENANT_SETTING },
  { name: 'max_execution_time', max: READER_LIMITS.maxExecutionSeconds },
  { name: 'max_result_rows', max: READER_LIMITS.maxResultRows },
  { name: 'max_memory_usage', max: READER_LIMITS.maxMemoryBytes },
  { name: 'max_rows_to_read', max: READER_LIMITS.maxRowsToRead },
  { name: 'max_threads', max: 64 },
  { name: 'replace_running_query' },
]

// Exact numbers arrive as text.
const EXACT_OUTPUT: readonly Setting[] = [
  ['output_format_json_quote_64bit_integers', 1],
  ['output_format_json_quote_decimals', 1],
  ['output_format_json_quote_denormals', 1],
]

const READER_SETTINGS: readonly Setting[] = [
  ['readonly', 1],
  ['allow_ddl', 0],
  ['allow_introspection_functions', 0],
  ['max_execution_time', READER_LIMITS.maxExecutionSeconds],
  ['timeout_overflow_mode', 'throw'],
  ['max_memory_usage', READER_LIMITS.maxMemoryBytes],
  ['max_result_rows', READER_LIMITS.maxResultRows],
  ['result_overflow_mode', 'throw'],
  ['max_rows_to_read', READER_LIMITS.maxRowsToRead],
  ['read_overflow_mode', 'throw'],
  ['max_concurrent_queries_for_user', MAX_QUERIES_OF_READER],
  // A reader that has gone away leaves no query running.
  ['cancel_http_readonly_queries_on_client_close', 1],
  // Its entries are keyed by the filter; ours depends on a setting, and no cached mark may outlive the statement it was made under.
  ['use_query_condition_cache', 0],
  // The compiler puts the small side of a join to the right. The server's own guess counts the rows of the index and not of the filter, takes the
  // entries of a cohort for the larger side, and needs three times as long.
  ['query_plan_join_swap_table', 'false'],
  // What follows from two comparisons, such as a < 5 from a < b and b < 5, the compiler says where it is of use. Looking for it compares every column
  // with every other by all that stands below them, and takes half of the time in which a statement with many levels is understood.
  ['optimize_and_compare_chain', 0],
  // The whole answer is made before the first byte goes out, so that an error is an HTTP status and never the tail of a result.
  ['http_wait_end_of_query', 1],
  ...EXACT_OUTPUT,
]

const INGEST_SETTINGS: readonly Setting[] = [
  ['max_execution_time', READER_LIMITS.maxExecutionSeconds],
  ['max_memory_usage', READER_LIMITS.maxMemoryBytes],
  ['max_partitions_per_insert_block', MAX_PARTITIONS_PER_INSERT],
  // A row that does not fit is an error of ours and must stop the batch; a default in its place would be a wrong number.
  ['input_format_skip_unknown_fields', 0],
  ['input_format_null_as_default', 0],
  ['input_format_allow_errors_num', 0],
  ['async_insert', 0],
]

const MIGRATE_SETTINGS: readonly Setting[] = [['max_memory_usage', READER_LIMITS.maxMemoryBytes], ...EXACT_OUTPUT]

/**
 * The fragments `<access_control_improvements>`, `<profiles>`, `<quotas>` and `<users>` for the embedded server's config file, which must name
 * itself as its `<users_config>`. Changing anything here needs a restart of the server. Throws when the secret or the database's name could
 * end a string or a name.
 */
export function clickhouseUsersXml({ passwords, tenantSecret, database, dedicated }: ClickHouseUsersOptions): string {
  const databases = [database, ...dedicated]
  databases.forEach(assertDatabase)
  const filters = CATALOG_TABLES.map((table) => `<${table}><filter>${escapeXml(tenantRowFilter(tenantSecret))}</filter></${table}>`)
  // On the views that readers are granted, and on the tables below them that they are not.
  const perDatabase = databases.flatMap((each) => [each, readersDatabase(each)]).map((name) => `<${name}>${filters.join('')}</${name}>`)
  const rest = `${grantsXml(databases.flatMap(readerGrants))}<databases>${perDatabase.join('')}</databases>`
  const reader = (user: ClickHouseUser): string => userXml({ user, passwords, profile: 'reader', rest })
  return `<access_control_improvements>
    <settings_constraints_replace_previous>true</settings_constraints_replace_previous>
    <users_without_row_policies_can_read_rows>true</users_without_row_policies_can_read_rows>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
  </access_control_improvements>
  <profiles>
    ${profileXml('default', HOLDER_SETTINGS)}
    ${profileXml('migrate', MIGRATE_SETTINGS)}
    ${profileXml('ingest', INGEST_SETTINGS)}
    ${profileXml('reader', READER_SETTINGS, constraintsXml())}
  </profiles>
  <quotas><default></default></quotas>
  <users>
    ${holderXml()}
    ${userXml({ user: 'migrate', passwords, profile: 'migrate', rest: '' })}
    ${userXml({ user: 'ingest', passwords, profile: 'ingest', rest: grantsXml(databases.flatMap(ingestGrants)) })}
    ${reader('analytics')}
    ${reader('stream')}
  </users>`
}

/**
 * The same as statements for a server of one's own, to be run once by an administrator in this order; each may be run again. The server's
 * config needs `<settings_constraints_replace_previous>true`. The text is tested, running it is not: the embedded engine has no CREATE USER.
 */
export function clickhouseUsersSql({ passwords, tenantSecret, database, dedicated }: ClickHouseUsersOptions): readonly string[] {
  const databases = [database, ...dedicated]
  databases.forEach(assertDatabase)
  const both = databases.flatMap((each) => [each, readersDatabase(each)])
  const users: readonly ClickHouseUser[] = ['migrate', 'ingest', 'analytics', 'stream']
  const profileOf = (user: ClickHouseUser): string => (READERS.includes(user) ? 'umg_reader' : `umg_${user}`)
  const filter = tenantRowFilter(tenantSecret)
  return [
    ...both.map((name) => `CREATE DATABASE IF NOT EXISTS ${name} ENGINE = Atomic`),
    profileSql('umg_migrate', MIGRATE_SETTINGS),
    profileSql('umg_ingest', INGEST_SETTINGS),
    profileSql('umg_reader', READER_SETTINGS, true),
    ...users.map((user) => {
      const identified = `IDENTIFIED WITH sha256_hash BY '${sha256(passwords[user])}'`
      const home = READERS.includes(user) ? readersDatabase(database) : database
      return `CREATE USER OR REPLACE ${user} ${identified} DEFAULT DATABASE ${home} SETTINGS PROFILE '${profileOf(user)}'`
    }),
    ...both.map((name) => `GRANT ALL ON ${name}.* TO migrate`),
    // The demo world is made by way of one.
    'GRANT CREATE TEMPORARY TABLE ON *.* TO migrate',
    ...databases.flatMap(ingestGrants).map((grant) => `${grant} TO ingest`),
    ...READERS.flatMap((user) => databases.flatMap(readerGrants).map((grant) => `${grant} TO ${user}`)),
    ...databases.flatMap((each) =>
      CATALOG_TABLES.flatMap((table) => [
        `CREATE ROW POLICY OR REPLACE umg_tenant ON ${readersDatabase(each)}.${table} USING ${filter} TO ${READERS.join(', ')}`,
        `CREATE ROW POLICY OR REPLACE umg_everything ON ${readersDatabase(each)}.${table} USING 1 TO migrate`,
      ]),
    ),
  ]
}

// Rights on views alone: a right on a table below them would open table functions that pass by its row policy (mergeTreeIndex shows the keys of
// every tenant). Rights on columns, so that a column added later is withheld until the catalogue names it.
const readerGrants = (database: string): readonly string[] =>
  CATALOG_TABLES.map((table) => `GRANT SELECT(${Object.keys(CATALOG[table]).join(', ')}) ON ${readersDatabase(database)}.${table}`)

const ingestGrants = (database: string): readonly string[] => INPUT_TABLES.map((table) => `GRANT INSERT ON ${database}.${table}`)

// The embedded process runs the statements of its own command line as `default`, from 127.0.0.1 and without a password; neither can be
// chosen. So any process of the machine can be it over HTTP: it may switch the listener and count, and reads no table.
const HOLDER_GRANTS: readonly string[] = ['GRANT SYSTEM LISTEN ON *.*', 'GRANT SELECT ON system.numbers']
const HOLDER_SETTINGS: readonly Setting[] = [['max_memory_usage', 64 * 1024 ** 2]]

function holderXml(): string {
  const user = '<no_password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>'
  return `<default>${user}${grantsXml(HOLDER_GRANTS)}</default>`
}

const grantsXml = (grants: readonly string[]): string => `<grants>${grants.map((grant) => `<query>${escapeXml(grant)}</query>`).join('')}</grants>`

function userXml(user: {
  readonly user: ClickHouseUser
  readonly passwords: ClickHouseUsersOptions['passwords']
  readonly profile: string
  readonly rest: string
}): string {
  const password = `<password_sha256_hex>${sha256(user.passwords[user.user])}</password_sha256_hex>`
  const networks = '<networks><ip>127.0.0.1</ip><ip>::1</ip></networks>'
  return `<${user.user}>${password}${networks}<profile>${user.profile}</profile><quota>default</quota>${user.rest}</${user.user}>`
}

const profileXml = (name: string, settings: readonly Setting[], rest = ''): string =>
  `<${name}>${settings.map(([key, value]) => `<${key}>${escapeXml(String(value))}</${key}>`).join('')}${rest}</${name}>`

function constraintsXml(): string {
  const range = (max: number | undefined): string => (max === undefined ? '' : `<min>1</min><max>${max}</max>`)
  const constraints = READER_CHANGEABLE.map(({ name, max }) => `<${name}><changeable_in_readonly/>${range(max)}</${name}>`)
  return `<constraints>${constraints.join('')}</constraints>`
}

function profileSql(name: string, settings: readonly Setting[], hasConstraints = false): string {
  const values = settings.map(([key, value]) => `${key} = ${typeof value === 'number' ? value : `'${value}'`}`)
  const changeable = READER_CHANGEABLE.map(({ name: key, max }) => `${key}${max === undefined ? '' : ` MIN 1 MAX ${max}`} CHANGEABLE_IN_READONLY`)
  return `CREATE SETTINGS PROFILE OR REPLACE ${name} SETTINGS ${[...values, ...(hasConstraints ? changeable : [])].join(', ')}`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;')

// Both become part of a statement; these alphabets hold nothing that could end one.
function assertSecret(secret: string): void {
  if (!/^[A-Za-z0-9_-]{32,}$/.test(secret)) throw new Error('The tenant secret needs at least 32 characters of A-Z a-z 0-9 _ and -.')
}

function assertDatabase(database: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(database)) throw new Error('A database name has lower-case letters, digits and _ only.')
}
