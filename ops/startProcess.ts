import { ConfigError, type ProcessConfig } from './config.ts'
import { createLifecycle, type Lifecycle } from './lifecycle.ts'
import { createLogger, type Logger } from './logging.ts'
import { startTelemetry } from './telemetry.ts'

export type StartedProcess<Config> = { readonly config: Config; readonly log: Logger; readonly lifecycle: Lifecycle }

/** How every main begins: its configuration, its log, its end, and its traces, which stop last. A bad configuration ends the process, see `readOrExit`. */
export async function startProcess<Config extends ProcessConfig>(read: () => Config): Promise<StartedProcess<Config>> {
  const config = readOrExit(read)
  const log = createLogger({ name: config.name, level: config.logLevel })
  const lifecycle = createLifecycle({ log, graceMs: config.shutdownGraceMs })
  const telemetry = await startTelemetry(config)
  lifecycle.onStop('telemetry', telemetry.stop)
  return { config, log, lifecycle }
}

/** Reads configuration in a main. What is wrong with it is said in plain lines, without a stack, and the process ends with code 1. */
export function readOrExit<Config>(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
