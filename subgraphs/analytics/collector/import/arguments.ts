import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { parseKey } from '#ops/security/keys.ts'

export type ImportArguments = {
  readonly file: string
  readonly mapFile: string
  readonly tenant: string
  readonly app: string
  readonly key: string
  readonly collectorUrl: string
  readonly rejectedFile: string
  readonly maxWaitMs: number
}

export const USAGE = `npm run import -- --tenant SLUG --app NAME --map MAP FILE

  --tenant SLUG      whose events they are
  --app NAME         the app they are of
  --map MAP          which columns are what (JSON; see ops/examples/cdnow.map.json)
  --key KEY          an ingest key        (default: the demo's, from demo.json in the data folder)
  --collector URL    where they go        (default: the demo's)
  --rejected PATH    rows that were not taken, with reasons   (default: FILE.rejected.ndjson in this folder)
  --max-wait SECONDS how long a batch is tried while the collector is down or busy   (default: 300)`

/** The arguments, or every problem with them. */
export type ReadArguments =
  | { readonly kind: 'arguments'; readonly value: ImportArguments }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }
  | { readonly kind: 'help' }

const DEFAULT_MAX_WAIT_SECONDS = 300
const demoSchema = z.object({ collectorUrl: z.string(), tenants: z.array(z.object({ id: z.string(), slug: z.string(), ingestKey: z.string() })) })
type Demo = z.infer<typeof demoSchema>

/** Reads the command line; the key and the collector of the demo stand in where none is given. */
export function readArguments(argv: readonly string[], options: { readonly dataDir: string; readonly cwd: string }): ReadArguments {
  const parsed = parse(argv)
  if ('problem' in parsed) return { kind: 'problems', problems: [parsed.problem] }
  const { values, positionals } = parsed
  if (values.help === true) return { kind: 'help' }
  const problems: string[] = []
  const required = (name: 'tenant' | 'app' | 'map'): string => {
    const value = values[name]
    if (value === undefined || value === '') problems.push(`--${name} is missing.`)
    return value ?? ''
  }
  const tenant = required('tenant')
  const app = required('app')
  const mapFile = resolve(options.cwd, required('map'))
  const [file = ''] = positionals
  if (positionals.length !== 1) problems.push(`One FILE is expected; there are ${positionals.length}.`)
  const demo = readDemo(options.dataDir)
  const found = demo?.tenants.find(({ slug }) => slug === tenant)
  const key = values.key ?? found?.ingestKey ?? ''
  const collectorUrl = values.collector ?? demo?.collectorUrl ?? ''
  if (key === '' && tenant !== '')
    problems.push(
      demo === null
        ? `--key is missing, and there is no demo.json in ${options.dataDir} to take one from.`
        : `The demo has no tenant ${tenant}: it has ${demo.tenants.map(({ slug }) => slug).join(', ')}. Name a --key for another.`,
    )
  if (!URL.canParse(collectorUrl)) problems.push('--collector must be a URL such as http://127.0.0.1:4005.')
  if (values.key !== undefined && found !== undefined && parseKey(values.key)?.tenantId !== found.id) problems.push(`--key is no key of the tenant ${tenant}.`)
  const seconds = Number(values['max-wait'] ?? DEFAULT_MAX_WAIT_SECONDS)
  if (!Number.isFinite(seconds) || seconds < 0) problems.push('--max-wait must be a number of seconds.')
  if (problems.length > 0) return { kind: 'problems', problems }
  const rejectedFile = resolve(options.cwd, values.rejected ?? `${basename(file)}.rejected.ndjson`)
  return { kind: 'arguments', value: { file: resolve(options.cwd, file), mapFile, tenant, app, key, collectorUrl, rejectedFile, maxWaitMs: seconds * 1000 } }
}

const text = { type: 'string' } as const
const optionSchema = {
  tenant: text,
  app: text,
  map: text,
  key: text,
  collector: text,
  rejected: text,
  'max-wait': text,
  help: { type: 'boolean', short: 'h' },
} as const

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: optionSchema, allowPositionals: true, strict: true })
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function readDemo(dataDir: string): Demo | null {
  const file = join(dataDir, 'demo.json')
  if (!existsSync(file)) return null
  const parsed = demoSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success ? parsed.data : null
}
