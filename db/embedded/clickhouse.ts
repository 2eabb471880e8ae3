// Starts the embedded ClickHouse: writes its configuration, starts the child process, waits until it answers.
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, openSync, closeSync, rmSync, statSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clickhouseUsersXml } from '../clickhouse/policies.ts'
import type { ClickHouseProcessOptions } from './clickhouseProcess.ts'
import { stopChild, waitUntil } from './childProcess.ts'
import type { Engine, OnSpawn } from './engine.ts'

export type EmbeddedClickHouseOptions = {
  /** Its own folder; made when missing. */
  readonly folder: string
  readonly httpPort: number
  readonly tcpPort: number
  readonly database: string
  /** See clickhouseUsersXml. */
  readonly dedicated: readonly string[]
  readonly passwords: Readonly<Record<'migrate' | 'ingest' | 'analytics' | 'stream', string>>
  readonly tenantSecret: string
  /** The file that the server's own log goes to; rotated at start above 10 MB. */
  readonly logFile: string
  readonly onSpawn?: OnSpawn
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000
const maxLogBytes = 10_000_000

/** Throws an Error that says what is missing when this platform has no engine, or what the engine said when it does not come up. */
export async function startEmbeddedClickHouse(options: EmbeddedClickHouseOptions): Promise<Engine> {
  const library = libraryPath()
  const dataPath = join(options.folder, 'data')
  mkdirSync(dataPath, { recursive: true })
  // Left-over log tables of an earlier run collide with the new ones (ENGINE.md section 1).
  rmSync(join(dataPath, 'data', 'system'), { recursive: true, force: true })
  const configFile = join(options.folder, 'config.xml')
  writeFileSync(configFile, configXml(options, configFile), { mode: 0o600 })
  const child = startChild(options)
  child.send({
    library,
    configFile,
    dataPath,
    httpPort: options.httpPort,
    tcpPort: options.tcpPort,
    password: options.passwords.migrate,
  } satisfies ClickHouseProcessOptions)
  const url = `http://127.0.0.1:${options.httpPort}`
  const engine: Engine = { name: 'ClickHouse', url, child, stop: () => stopChild(child, { signal: 'SIGTERM', timeoutMs: stopTimeoutMs }) }
  options.onSpawn?.(engine)
  try {
    await waitUntil(() => answers(url), { child, timeoutMs: startTimeoutMs, what: `ClickHouse at ${url}`, logFile: options.logFile })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return engine
}

function startChild(options: EmbeddedClickHouseOptions): ChildProcess {
  if (existsSync(options.logFile) && statSync(options.logFile).size > maxLogBytes) renameSync(options.logFile, `${options.logFile}.1`)
  const log = openSync(options.logFile, 'a')
  // A process group of its own: Ctrl-C in the terminal must not reach an engine before the services that use it.
  const child = fork(fileURLToPath(new URL('./clickhouseProcess.ts', import.meta.url)), [], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  closeSync(log)
  return child
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).ok
  } catch {
    return false
  }
}

function libraryPath(): string {
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'libchdb.so')
  } catch {
    throw new Error(
      `The embedded ClickHouse has no package for ${process.platform} ${process.arch} here (${name} is not installed). Set CLICKHOUSE_URL to a server of your own.`,
    )
  }
}

function configXml(options: EmbeddedClickHouseOptions, configFile: string): string {
  // It would take 90 % of the machine's memory otherwise.
  const memory = Math.min(Math.floor(totalmem() * 0.4), 16 * 1024 ** 3)
  // A delete waits for its turn in the background, and a table without work looks for some after these seconds: ten by default, growing to ten minutes.
  return `<clickhouse>
  <background_processing_pool_task_sleep_seconds_when_no_work_min>0.5</background_processing_pool_task_sleep_seconds_when_no_work_min>
  <background_processing_pool_task_sleep_seconds_when_no_work_max>5</background_processing_pool_task_sleep_seconds_when_no_work_max>
  <background_processing_pool_task_sleep_seconds_when_no_work_random_part>0.2</background_processing_pool_task_sleep_seconds_when_no_work_random_part>
  <logger><level>warning</level><console>1</console><console_log_level>warning</console_log_level></logger>
  <users_config>${configFile}</users_config>
  <max_server_memory_usage>${memory}</max_server_memory_usage>
  <mark_cache_size>268435456</mark_cache_size>
  <max_concurrent_queries>64</max_concurrent_queries>
  <shutdown_wait_unfinished>1</shutdown_wait_unfinished>
  <listen_host>127.0.0.1</listen_host>
  <timezone>UTC</timezone>
  <keep_alive_timeout>5</keep_alive_timeout>
  ${clickhouseUsersXml({ passwords: options.passwords, tenantSecret: options.tenantSecret, database: options.database, dedicated: options.dedicated })}
</clickhouse>
`
}
