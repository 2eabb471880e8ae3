import type { ChildProcess } from 'node:child_process'

/** A running embedded engine. */
export type Engine = {
  readonly name: 'PostgreSQL' | 'ClickHouse'
  readonly url: string
  readonly child: ChildProcess
  /** Ends it cleanly, by force after its own limit; resolves when the process is gone. */
  readonly stop: () => Promise<void>
}

/** Called when the process exists and does not answer yet, so that whoever ends meanwhile knows whom to stop. */
export type OnSpawn = (engine: Engine) => void
