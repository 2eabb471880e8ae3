import { parseArgs } from 'node:util'
import { isScaleName, SCALES, type ScaleName } from '#db/seed/simulator.ts'
import { StartError } from './dataFolder.ts'

export type StartArguments = {
  /** null: from PORT, else 4000. */
  readonly port: number | null
  /** 'default': on embedded engines only. */
  readonly seed: 'default' | 'always' | 'never'
  /** How large a world the demo gets; null: small. */
  readonly scale: ScaleName | null
  readonly reset: boolean
  /** Answers the question of --reset without a terminal. */
  readonly yes: boolean
  /** A new key for access tokens beside the one before. */
  readonly rotateKeys: boolean
  readonly help: boolean
}

export const usage = `npm start -- [options]
  --port N     a second copy: N a multiple of 1000 from 2000 to 60000; all ports move with it, data in .data/N (default 4000, .data)
  --no-seed    starts without the demo tenants
  --seed       makes the demo tenants also on servers of one's own (never with NODE_ENV=production)
  --scale S    how large a world the demo gets, once: small (0.2 million events, the default),
               medium (5 million), large (50 million) or empty (campaigns, and nothing that happened)
  --rotate-keys  signs access tokens with a new key; those of the old one stay good, and nobody is logged out
  --reset      deletes the data folder first, after asking (--yes: without asking)
Environment: DATABASE_URL, CLICKHOUSE_URL (servers of one's own), DATA_DIR, LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, SMTP_URL or RESEND_API_KEY; all of them in ops/config.ts`

/** Throws StartError that names the wrong word and what was expected. */
export function readArguments(argv: readonly string[]): StartArguments {
  const { values } = parse(argv)
  if (values.seed === true && values['no-seed'] === true) throw new StartError('--seed and --no-seed exclude each other.')
  const scale = readScale(values.scale)
  if (scale !== null && values['no-seed'] === true) throw new StartError('--scale and --no-seed exclude each other: without the demo there is no world.')
  return {
    port: readPort(values.port),
    scale,
    seed: values.seed === true ? 'always' : values['no-seed'] === true ? 'never' : 'default',
    reset: values.reset ?? false,
    yes: values.yes ?? false,
    rotateKeys: values['rotate-keys'] ?? false,
    help: values.help ?? false,
  }
}

function parse(argv: readonly string[]) {
  const boolean = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        scale: { type: 'string' },
        seed: boolean,
        'no-seed': boolean,
        reset: boolean,
        yes: boolean,
        'rotate-keys': boolean,
        help: boolean,
      },
      strict: true,
    })
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

function readScale(text: string | undefined): ScaleName | null {
  if (text === undefined) return null
  if (!isScaleName(text)) throw new StartError(`--scale ${text}: expected ${Object.keys(SCALES).join(', ')}.`)
  return text
}

function readPort(text: string | undefined): number | null {
  if (text === undefined) return null
  const port = Number(text)
  if (!Number.isInteger(port) || port % 1000 !== 0 || port < 2000 || port > 60_000)
    throw new StartError(`--port ${text}: expected a multiple of 1000 from 2000 to 60000, such as 5000.`)
  return port
}
