// Keeps an embedded engine running: one that dies is started again, and its data is where it was.
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine, OnSpawn } from '#db/embedded/engine.ts'

export type KeptEngine = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> }

const restartPauseMs = 500
const stableMs = 30_000
/** Crashes in a row, each within 30 s of its start, after which it is left alone. */
const maxCrashes = 5

export function keepEngine(options: {
  name: Engine['name']
  start: (onSpawn: OnSpawn) => Promise<Engine>
  recordPid: (name: string, pid: number) => void
  say: (line: string) => void
}): KeptEngine {
  const { name, say } = options
  let engine: Engine | null = null
  let isStopping = false
  let crashes = 0

  // Before it answers: a supervisor that ends while the engine comes up leaves nobody behind that the next one does not know.
  function take(next: Engine): void {
    engine = next
    if (isStopping) next.child.kill('SIGKILL')
    else if (next.child.pid !== undefined) options.recordPid(name, next.child.pid)
  }

  async function run(): Promise<void> {
    const started = Date.now()
    const { child } = await options.start(take)
    const onExit = () => {
      if (isStopping) return
      crashes = Date.now() - started > stableMs ? 1 : crashes + 1
      if (crashes > maxCrashes) return say(`! ${name} ended ${crashes} times in a row; it is not started again.`)
      say(`! ${name} ended (${child.signalCode ?? `code ${child.exitCode}`}); starting it again.`)
      void again()
    }
    if (child.exitCode !== null || child.signalCode !== null) onExit()
    else child.once('exit', onExit)
  }

  async function again(): Promise<void> {
    await wait(restartPauseMs)
    if (isStopping) return
    try {
      await run()
      say(`✓ ${name} runs again`)
    } catch (error) {
      if (isStopping) return
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
