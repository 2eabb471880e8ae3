import type { Logger } from './logging.ts'

type Step = { readonly name: string; readonly stop: () => Promise<unknown> | unknown }

export type Lifecycle = {
  /** Registers what has to be stopped; the last registered stops first. */
  onStop(name: string, stop: Step['stop']): void
  /** Stops everything once; later calls wait for the first. */
  stop(reason: string): Promise<void>
}

/**
 * Ends a process in reverse order of its start: on SIGTERM, SIGINT, or when the supervisor that started it is gone.
 * A step that fails or outlasts `graceMs` is logged and passed over, so that the process always ends.
 */
export function createLifecycle(options: { log: Logger; graceMs: number; exit?: (code: number) => void }): Lifecycle {
  const { log, graceMs } = options
  const exit = options.exit ?? ((code) => process.exit(code))
  const steps: Step[] = []
  let stopping: Promise<void> | null = null

  async function stopAll(reason: string): Promise<void> {
    log.info({ reason }, 'stopping')
    let failures = 0
    for (const step of steps.toReversed()) {
      const failure = await within(graceMs, step)
      if (failure === null) continue
      failures += 1
      log.error({ step: step.name, err: failure }, 'a step of the shutdown failed')
    }
    log.info({ failures }, 'stopped')
    exit(failures === 0 ? 0 : 1)
  }

  const lifecycle: Lifecycle = {
    onStop: (name, stop) => void steps.push({ name, stop }),
    stop: (reason) => (stopping ??= stopAll(reason)),
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void lifecycle.stop(signal))
  // A supervised process has an IPC channel; when the supervisor dies the channel closes.
  process.on('disconnect', () => void lifecycle.stop('supervisor gone'))
  // It may have died while this process was loading. Without a supervisor there is no `send`.
  if (process.send !== undefined && !process.connected) void lifecycle.stop('supervisor gone')
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception')
    exit(1)
  })
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection')
    exit(1)
  })
  return lifecycle
}

async function within(ms: number, step: Step): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${step.name} took longer than ${ms} ms to stop`)), ms)
  })
  try {
    await Promise.race([Promise.resolve().then(step.stop), late])
    return null
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
  }
}

/** Tells the supervisor, if there is one, that this process serves. */
export function announceReady(): void {
  process.send?.({ kind: 'ready' })
}
