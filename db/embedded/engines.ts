// Both embedded engines of a data folder, side by side.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dedicatedDatabases } from '../clickhouse/client.ts'
import type { Secrets } from '#ops/config.ts'
import { startEmbeddedClickHouse } from './clickhouse.ts'
import type { Engine, OnSpawn } from './engine.ts'
import { startEmbeddedPostgres } from './postgres.ts'

export type EnginesOptions = {
  readonly dataDir: string
  /** The gateway's port N; the engines listen on N + 932 (PostgreSQL), N + 123 and N + 124 (ClickHouse). */
  readonly port: number
  readonly secrets: Secrets
  readonly database: string
  /** How many tenants may have databases of their own. */
  readonly dedicated: number
}

/** The two starters, so that a supervisor can start one alone and again after a crash. */
export function embeddedEngines(options: EnginesOptions): {
  postgres: (onSpawn?: OnSpawn) => Promise<Engine>
  clickhouse: (onSpawn?: OnSpawn) => Promise<Engine>
} {
  const { dataDir, port, secrets, database, dedicated } = options
  const logs = join(dataDir, 'logs')
  mkdirSync(logs, { recursive: true, mode: 0o755 })
  return {
    postgres: (onSpawn) =>
      startEmbeddedPostgres({
        onSpawn,
        folder: join(dataDir, 'postgres'),
        port: port + 932,
        database,
        ownerPassword: secrets.DATABASE_OWNER_PASSWORD,
        logFile: join(logs, 'postgres.log'),
      }),
    clickhouse: (onSpawn) =>
      startEmbeddedClickHouse({
        onSpawn,
        folder: join(dataDir, 'clickhouse'),
        httpPort: port + 123,
        tcpPort: port + 124,
        database,
        dedicated: dedicatedDatabases(database, dedicated),
        tenantSecret: secrets.CLICKHOUSE_TENANT_SECRET,
        logFile: join(logs, 'clickhouse.log'),
        passwords: {
          migrate: secrets.CLICKHOUSE_MIGRATE_PASSWORD,
          ingest: secrets.CLICKHOUSE_INGEST_PASSWORD,
          analytics: secrets.CLICKHOUSE_ANALYTICS_PASSWORD,
          stream: secrets.CLICKHOUSE_STREAM_PASSWORD,
        },
      }),
  }
}
