import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const pollMs = 30

/** Polls `isReady` until it is true; throws when the child ends first or `timeoutMs` passes, with the end of its log. */
export async function waitUntil(
  isReady: () => Promise<boolean>,
  options: { child: ChildProcess; timeoutMs: number; what: string; logFile: string },
): Promise<void> {
  const { child, what } = options
  const end = Date.now() + options.timeoutMs
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${what} ended (${child.signalCode ?? `code ${child.exitCode}`}) before it answered.\n${lastLines(options.logFile)}`)
    if (Date.now() > end) throw new Error(`${what} did not answer within ${options.timeoutMs / 1000} s.\n${lastLines(options.logFile)}`)
    await wait(pollMs)
  }
}

/** Sends `signal`, then SIGKILL after `timeoutMs`; resolves when the process is gone. */
export async function stopChild(child: ChildProcess, options: { signal: NodeJS.Signals; timeoutMs: number }): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(options.signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
  await gone
  clearTimeout(timer)
}

function lastLines(file: string): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
}
