import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { embeddedEngines } from '#db/embedded/engines.ts'
import { migrateClickHouse, migratePostgres } from '#db/migrate.ts'
import { readConfig, readStartConfig, type Environment } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { freePort } from '#ops/ports.ts'
import { ensureSecrets } from '#ops/secrets.ts'

/** Tenants of the tests that may have databases of their own at the same time. */
const DEDICATED = 24

/** Both engines with this project's schema in a temporary folder, what a test needs to find them, and their end. */
export type TestEngines = { readonly dataDir: string; readonly env: Environment; readonly stop: () => Promise<void> }

export async function startTestEngines(): Promise<TestEngines> {
  // PostgreSQL runs as an ordinary user when root starts it, so the folder must be one that others may enter.
  const dataDir = mkdtempSync('/var/tmp/unmogrowp-test-')
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const secrets = ensureSecrets(dataDir)
  const start = readStartConfig({ port, dataDir })
  const env: Environment = { ...start.env, NODE_ENV: 'test', LOG_LEVEL: 'warn', DEDICATED_DATABASES: String(DEDICATED) }
  const engines = embeddedEngines({ dataDir, port, secrets, database: 'unmogrowp', dedicated: DEDICATED })
  const running = await Promise.all([engines.postgres(), engines.clickhouse()])
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((engine) => engine.stop()))
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const owner = readConfig.owner(env)
    const log = createLogger({ name: 'test', level: 'warn' })
    await migratePostgres({ ownerUrl: owner.ownerUrl, rolePasswords: owner.rolePasswords, log })
    await migrateClickHouse({ config: owner.clickhouse, log })
    return { dataDir, env, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
