// A whole system for a test: `npm start` as its user runs it, on a temporary data folder and free ports.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Demo } from '#db/seed/demo.ts'
import { projectRoot } from '#ops/config.ts'
import { freePort } from '#ops/ports.ts'

export type RunningSystem = {
  readonly dataDir: string
  readonly port: number
  readonly supervisor: ChildProcess
  readonly demo: Demo
  /** All that the supervisor printed so far. */
  readonly output: () => string
  /** The pid of a child by its name in lock.json, such as worker or ClickHouse. */
  readonly pidOf: (name: string) => number
  /** Ctrl-C; resolves with the exit code. */
  readonly stop: () => Promise<number | null>
  /** Ctrl-C and the folder deleted. */
  readonly remove: () => Promise<void>
}

export type SystemOptions = {
  readonly dataDir?: string
  readonly port?: number
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** How long a start may take; default 120,000. */
  readonly timeoutMs?: number
}

const startTimeoutMs = 120_000

/** The environment without what `npm test` set for its own engines: a system under test finds its own. */
function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE']
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

export function temporaryFolder(): string {
  const folder = mkdtempSync('/var/tmp/unmogrowp-e2e-')
  // PostgreSQL runs as an ordinary user when root starts it.
  chmodSync(folder, 0o755)
  return folder
}

/** Spawns the supervisor without waiting for health. */
export function spawnSupervisor(options: Required<Pick<SystemOptions, 'dataDir' | 'port'>> & SystemOptions): {
  supervisor: ChildProcess
  output: () => string
} {
  const env = { ...cleanEnvironment(), LOG_LEVEL: 'warn', ...options.env, PORT: String(options.port), DATA_DIR: options.dataDir }
  const supervisor = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(projectRoot, 'ops/start/server.ts'), ...(options.args ?? [])], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  supervisor.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  supervisor.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  return { supervisor, output: () => text }
}

/** Starts and waits until the supervisor says that all of it runs; throws with its output when it ends before. */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const dataDir = options.dataDir ?? temporaryFolder()
  const port = options.port ?? (await freePort())
  const { supervisor, output } = spawnSupervisor({ ...options, dataDir, port })
  await until(() => output().includes('Ctrl-C stops everything'), {
    what: 'the system to start',
    timeoutMs: options.timeoutMs ?? startTimeoutMs,
    supervisor,
    output,
  })
  const stop = async () => {
    if (supervisor.exitCode !== null || supervisor.signalCode !== null) return supervisor.exitCode
    const gone = once(supervisor, 'exit')
    supervisor.kill('SIGINT')
    await gone
    return supervisor.exitCode
  }
  return {
    dataDir,
    port,
    supervisor,
    output,
    stop,
    demo: existsSync(join(dataDir, 'demo.json'))
      ? (JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Demo)
      : ({ tenants: [] } as unknown as Demo),
    pidOf: (name) => pidOf(dataDir, name),
    remove: async () => {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export function pidOf(dataDir: string, name: string): number {
  const lock = JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')) as { children: { name: string; pid: number }[] }
  const child = lock.children.find((each) => each.name === name)
  if (child === undefined) throw new Error(`no child named ${name} in lock.json`)
  return child.pid
}

/** Polls a condition; throws after `timeoutMs`, or at once when the supervisor is gone. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  options: { what: string; timeoutMs: number; supervisor?: ChildProcess; output?: () => string },
): Promise<void> {
  const end = Date.now() + options.timeoutMs
  while (!(await isTrue())) {
    const gone = options.supervisor !== undefined && (options.supervisor.exitCode !== null || options.supervisor.signalCode !== null)
    if (gone || Date.now() > end)
      throw new Error(`waited for ${options.what}${gone ? ', but the supervisor ended' : ` for ${options.timeoutMs} ms`}\n${options.output?.() ?? ''}`)
    await wait(50)
  }
}

/** Posts a GraphQL question to the gateway with a key or token. */
export async function ask(
  system: { port: number },
  options: { query: string; variables?: Record<string, unknown>; authorization?: string },
): Promise<{ data?: any; errors?: any[]; status: number }> {
  const answer = await fetch(`http://127.0.0.1:${system.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(options.authorization === undefined ? {} : { authorization: `Bearer ${options.authorization}` }) },
    body: JSON.stringify({ query: options.query, variables: options.variables }),
  })
  return { ...((await answer.json()) as { data?: unknown; errors?: unknown[] }), status: answer.status }
}

/** Runs a main of the project to its end, such as the import tool. */
export async function runMain(
  main: string,
  args: readonly string[],
  options: { dataDir: string; port: number; cwd?: string; env?: Readonly<Record<string, string>> },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(projectRoot, main), ...args], {
    cwd: options.cwd ?? options.dataDir,
    env: { ...cleanEnvironment(), ...options.env, DATA_DIR: options.dataDir, PORT: String(options.port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  await once(child, 'exit')
  return { code: child.exitCode, output }
}
