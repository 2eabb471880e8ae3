import { createHash } from 'node:crypto'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'

export type { ClickHouseClient } from '@clickhouse/client'

/** A client of the common database. With `route` it leads on to a tenant's own where it has one. */
export type TenantClickHouse = ClickHouseClient & { readonly route?: (tenantId: string) => Promise<ClickHouseClient> }

/** The client of the database in which the tenant's rows are. */
export const clickhouseOf = async (client: TenantClickHouse, tenantId: string): Promise<ClickHouseClient> =>
  client.route === undefined ? client : client.route(tenantId)

export type ClickHouseUser = 'migrate' | 'ingest' | 'analytics' | 'stream'

/** The users that read tenants' rows, each behind the row policy and through views. */
export const READERS: readonly ClickHouseUser[] = ['analytics', 'stream']

/**
 * The database of the readers' views. A view has the name and the catalogued columns of its table, so that the same text means the table to
 * `ingest` and `migrate` and the view to a reader.
 */
export const readersDatabase = (database: string): string => `${database}_read`

/**
 * The databases that tenants may have for themselves. Their names are fixed beforehand, since rights are: the embedded engine reads its users once,
 * and on a server of one's own no process may give rights.
 */
export const dedicatedDatabases = (database: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${database}_t${String(index + 1).padStart(3, '0')}`)

/** Where a process reaches ClickHouse and as which of its users (migrate, ingest, analytics, stream). */
export type ClickHouseConfig = { readonly url: string; readonly database: string; readonly user: string; readonly password: string }

// Longer than the server's own limit of a query, so that the server's answer is what ends it.
const REQUEST_TIMEOUT_MS = 90_000
const MAX_CONNECTIONS = 16

/**
 * A client with keep-alive connections; a reader's are in the database of its views. Responses are not compressed: a read-only user may not
 * ask for it, and the server is near.
 * Integers of 64 bits and decimals come as text, so that no number passes through a float; the users' profiles say the same.
 */
export function createClickHouse({ url, database, user, password }: ClickHouseConfig): ClickHouseClient {
  return createClient({
    url,
    database: READERS.some((reader) => reader === user) ? readersDatabase(database) : database,
    username: user,
    password,
    application: 'unmogrowp',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: MAX_CONNECTIONS,
    compression: { request: false, response: false },
    // Idle sockets are dropped before the server drops them (its default is 10 s).
    // Its warnings are about settings that differ on purpose; failures are thrown, and logged where they are handled.
    log: { level: ClickHouseLogLevel.OFF },
    keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
  })
}

/** The setting in which the signed statement of the tenant travels. Custom settings do not exist embedded, and this one is a free string. */
export const TENANT_SETTING = 'log_comment'

/**
 * The signed statement whose rows the row policy shows: `<tenantId>:<HEX SHA256(secret ‖ tenantId)>`. It is set per request by the code that
 * runs queries, from the signed identity; the compiler never sees it.
 */
export function tenantStatement(secret: string, tenantId: string): string {
  if (!UUID.test(tenantId)) throw new Error('A tenant statement needs a lower-case UUID.')
  const signature = createHash('sha256').update(secret).update(tenantId).digest('hex').toUpperCase()
  return `${tenantId}:${signature}`
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
