import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const pollMs = 50

/** True when `pid` runs and its command line has `word`: a pid alone may have been given to somebody else since. */
export function isProcess(pid: number, word: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false
  const commandLine = readProc(pid, 'cmdline')
  return commandLine === null || commandLine.includes(word)
}

/** The kernel's start time of a process in clock ticks since boot, which tells two users of one pid apart; null when it is gone or not on Linux. */
export function processStartTime(pid: number): string | null {
  const stat = readProc(pid, 'stat')
  if (stat === null) return null
  // The name in parentheses may hold spaces; field 22 of the line is the 20th behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Signals a process that is not a child of this one and waits for its end; by force after `timeoutMs`. */
export async function endProcess(pid: number, options: { signal: NodeJS.Signals; timeoutMs: number }): Promise<void> {
  const end = Date.now() + options.timeoutMs
  send(pid, options.signal)
  while (isAlive(pid)) {
    if (Date.now() > end) send(pid, 'SIGKILL')
    await wait(pollMs)
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // A zombie answers signals but is gone.
  const stat = readProc(pid, 'stat')
  return stat === null || !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between the look and the signal.
  }
}

function readProc(pid: number, name: 'cmdline' | 'stat'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null
  }
}
