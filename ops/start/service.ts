// One supervised process: started, waited for, started again when it dies, stopped.
import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { stopChild } from '#db/embedded/childProcess.ts'
import { projectRoot, type Environment } from '#ops/config.ts'

export type ServiceOptions = {
  readonly name: string
  readonly main: string
  readonly env: Environment
  readonly logsFolder: string
  readonly recordPid: (name: string, pid: number) => void
  readonly say: (line: string) => void
}
export type Service = {
  readonly name: string
  /** Resolves when the process said that it serves; throws with the end of its log when it does not. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 60_000
const stopTimeoutMs = 15_000
const maxLogBytes = 10_000_000
/** Pauses before a dead process is started again; the last one repeats. */
const restartPausesMs = [200, 1000, 2000, 5000, 10_000]
/** A process that lived this long starts again at the first pause. */
const stableMs = 30_000

export function createService(options: ServiceOptions): Service {
  const logFile = join(options.logsFolder, `${options.name}.log`)
  let child: ChildProcess | null = null
  let isStopping = false
  let restarts = 0

  async function run(): Promise<void> {
    if (isStopping) return
    const started = Date.now()
    const next = spawnService(options, logFile)
    child = next
    if (next.pid !== undefined) options.recordPid(options.name, next.pid)
    await ready(next, options.name, logFile)
    next.once('exit', (code, signal) => {
      if (isStopping) return
      if (Date.now() - started > stableMs) restarts = 0
      options.say(`! ${options.name} ended (${signal ?? `code ${code}`}); starting it again. Its log: ${logFile}`)
      void again()
    })
  }

  async function again(): Promise<void> {
    while (!isStopping) {
      const pause = restartPausesMs[Math.min(restarts, restartPausesMs.length - 1)] ?? 0
      restarts += 1
      await wait(pause)
      if (isStopping) return
      try {
        await run()
        options.say(`✓ ${options.name} runs again`)
        return
      } catch (error) {
        options.say(`! ${options.name} did not come up: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  return {
    name: options.name,
    start: run,
    stop: async () => {
      isStopping = true
      if (child !== null) await stopChild(child, { signal: 'SIGTERM', timeoutMs: stopTimeoutMs })
    },
  }
}

function spawnService(options: ServiceOptions, logFile: string): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a', 0o600)
  // Its own process group: Ctrl-C reaches the supervisor alone, which stops everything in order.
  const child = fork(join(projectRoot, options.main), [], {
    cwd: projectRoot,
    detached: true,
    env: { ...options.env },
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  closeSync(log)
  return child
}

function ready(child: ChildProcess, name: string, logFile: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`${name} did not say that it serves within ${readyTimeoutMs / 1000} s`), readyTimeoutMs)
    const onExit = (code: number | null, signal: string | null) => fail(`${name} ended (${signal ?? `code ${code}`}) before it served`)
    const fail = (message: string) => {
      clearTimeout(timer)
      child.off('exit', onExit)
      child.kill('SIGKILL')
      reject(new Error(`${message}. The end of ${logFile}:\n${lastLines(logFile)}`))
    }
    child.once('exit', onExit)
    child.once('error', (error) => fail(`${name} could not be started: ${error.message}`))
    child.on('message', (message) => {
      if (typeof message !== 'object' || message === null || !('kind' in message) || message.kind !== 'ready') return
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve()
    })
  })
}

function lastLines(file: string): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-8)
    .map((line) => `  ${line}`)
    .join('\n')
}
