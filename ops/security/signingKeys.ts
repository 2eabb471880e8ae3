import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { z } from 'zod'

/** An Ed25519 key as Jwk: kty, crv, x, in a private one d, and the thumbprint as kid. */
export type Jwk = Readonly<Record<string, string>>

/** A public Ed25519 key from outside; whatever else its JWK says (a private half, an address to fetch keys from) is left behind. */
export const PublicJwkSchema = z
  .object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(/^[\w-]{43}$/), kid: z.string().optional() })
  .transform(({ kid, ...key }): Jwk => (kid === undefined ? key : { ...key, kid }))

/** The public halves of these keys, each kid once. */
export function publicKeysOf(keys: readonly Jwk[]): readonly Jwk[] {
  return [...new Map(keys.map((key) => [key['kid'], PublicJwkSchema.parse(key)])).values()]
}

export type SigningKeyPair = { readonly privateKey: Jwk; readonly publicKey: Jwk }

/** A new Ed25519 pair as JWKs that carry `alg`, `use` and the thumbprint as `kid`. */
export async function createSigningKeyPair(): Promise<SigningKeyPair> {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('An Ed25519 key has both of its parts.')
  const shape = { kty: 'OKP', crv: 'Ed25519', x }
  const publicKey: Jwk = { ...shape, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(shape) }
  return { privateKey: { ...publicKey, d }, publicKey }
}

// Parsing a JWK costs more than a signature, and a process has a handful of them for its whole life.
const privateKeys = new WeakMap<Jwk, KeyObject>()
const publicKeys = new WeakMap<Jwk, KeyObject>()

/** The signing half; throws when the JWK is no private Ed25519 key. */
export function privateKeyOf(jwk: Jwk): KeyObject {
  const known = privateKeys.get(jwk)
  if (known) return known
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  assertEd25519(key)
  privateKeys.set(jwk, key)
  return key
}

/** The verifying half; a private JWK is accepted and reduced to its public part. */
export function publicKeyOf(jwk: Jwk): KeyObject {
  const known = publicKeys.get(jwk)
  if (known) return known
  const { d: _secret, ...publicJwk } = jwk
  const key = createPublicKey({ key: publicJwk, format: 'jwk' })
  assertEd25519(key)
  publicKeys.set(jwk, key)
  return key
}

function assertEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`A signing key must be Ed25519, not ${key.asymmetricKeyType ?? 'unknown'}.`)
}
