// What is read from texts of the configuration that are JSON.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Jwk } from './configTypes.ts'

/** The secrets that a data folder keeps; empty when it has none. */
export function readSecretsFile(dataDir: string): Readonly<Record<string, unknown>> {
  const file = join(dataDir, 'secrets.json')
  if (!existsSync(file)) return {}
  const content = parseJson(readFileSync(file, 'utf8'))
  return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {}
}

const jwkSchema = z.record(z.string(), z.string()).refine((key) => key['kty'] === 'OKP' && key['kid'] !== undefined && key['d'] === undefined)
const keySetSchema = z.union([z.array(jwkSchema), z.object({ keys: z.array(jwkSchema) }).transform(({ keys }) => keys)])

/** The public keys of a JWKS or of a list of JWKs; null when it is neither. */
export function parseKeySet(text: unknown): readonly Jwk[] | null {
  return keySetSchema.safeParse(typeof text === 'string' ? parseJson(text) : text).data ?? null
}

/** Null when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
