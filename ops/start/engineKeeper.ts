// Keeps an embedded engine running: one that dies is started again, and its data is where it was.
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '#db/embedded/engine.ts'

export type KeptEngine = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> }

const restartPauseMs = 500
const stableMs = 30_000
/** Crashes in a row, each within 30 s of its start, after which it is left alone. */
const maxCrashes = 5

export function keepEngine(options: { name: Engine['name']; start: () => Promise<Engine>; recordPid: (name: string, pid: number) => void; say: (line: string) => void }): KeptEngine {
  const { name, say } = options
  let engine: Engine | null = null
  let isStopping = false
  let crashes = 0

  async function run(): Promise<void> {
    const started = Date.now()
    const next = await options.start()
    engine = next
    if (next.child.pid !== undefined) options.recordPid(name, next.child.pid)
    const onExit = () => {
      if (isStopping) return
      crashes = Date.now() - started > stableMs ? 1 : crashes + 1
      if (crashes > maxCrashes) return say(`! ${name} ended ${crashes} times in a row; it is not started again.`)
      say(`! ${name} ended (${next.child.signalCode ?? `code ${next.child.exitCode}`}); starting it again.`)
      void again()
    }
    if (next.child.exitCode !== null || next.child.signalCode !== null) onExit()
    else next.child.once('exit', onExit)
  }

  async function again(): Promise<void> {
    await wait(restartPauseMs)
    if (isStopping) return
    try {
      await run()
      say(`✓ ${name} runs again`)
    } catch (error) {
      crashes += 1
      say(`! ${name} did not come up: ${error instanceof Error ? error.message : String(error)}`)
      if (crashes <= maxCrashes) await again()
    }
  }

  return {
    start: run,
    stop: async () => {
      isStopping = true
      await engine?.stop()
    },
  }
}
