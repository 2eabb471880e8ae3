// The secrets of a data folder: made once, at random, kept in <dataDir>/secrets.json (mode 0600), never in source or logs.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretNames, type SecretName, type Secrets } from './config.ts'

/** Returns the folder's secrets; those that a newer version added are made and written. */
export function ensureSecrets(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  const file = join(dataDir, 'secrets.json')
  const stored = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<SecretName, string>>) : {}
  if (secretNames.every((name) => typeof stored[name] === 'string')) return stored as Secrets
  const identity = keyPair('umg-identity')
  const access = keyPair('umg-access')
  // A key pair is made new as a whole: half of an old pair fits nothing.
  const hasIdentity = stored.IDENTITY_PRIVATE_KEY !== undefined && stored.IDENTITY_PUBLIC_KEY !== undefined
  const hasAccess = stored.ACCESS_PRIVATE_KEY !== undefined && stored.ACCESS_PUBLIC_KEY !== undefined
  const made: Record<string, string> = { ...stored }
  for (const name of secretNames) made[name] = stored[name] ?? randomBytes(32).toString('hex')
  const secrets = {
    ...made,
    ...(hasIdentity ? {} : { IDENTITY_PRIVATE_KEY: identity.privateKey, IDENTITY_PUBLIC_KEY: identity.publicKey }),
    ...(hasAccess ? {} : { ACCESS_PRIVATE_KEY: access.privateKey, ACCESS_PUBLIC_KEY: access.publicKey }),
  } as unknown as Secrets
  write(file, secrets)
  return secrets
}

/**
 * Gives the folder a new key for access tokens; tokens that the one before signed stay good beside it until the next rotation. Nobody is logged out:
 * refresh tokens have a key of their own. For processes that are started afterwards.
 */
export function rotateAccessKey(dataDir: string): Secrets {
  const before = ensureSecrets(dataDir)
  const access = keyPair('umg-access')
  const secrets = {
    ...before,
    ACCESS_PRIVATE_KEY: access.privateKey,
    ACCESS_PUBLIC_KEY: access.publicKey,
    ACCESS_PUBLIC_KEYS: `[${before.ACCESS_PUBLIC_KEY}]`,
  }
  write(join(dataDir, 'secrets.json'), secrets)
  return secrets
}

function write(file: string, secrets: Secrets): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function keyPair(name: string): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ed25519')
  const kid = `${name}-${randomBytes(4).toString('hex')}`
  const jwk = (key: typeof pair.publicKey) => JSON.stringify({ ...key.export({ format: 'jwk' }), kid, alg: 'EdDSA' })
  return { privateKey: jwk(pair.privateKey), publicKey: jwk(pair.publicKey) }
}
