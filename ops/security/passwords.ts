import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { promisify } from 'node:util'
import { createWorkerTask } from './workerTask.ts'

const argon2Async = promisify(argon2)

// OWASP's least setting for Argon2id: 19 MiB, two passes, one lane. Older hashes keep the parameters written in them.
const MEMORY_KIB = 19 * 1024
const PASSES = 2
const PARALLELISM = 1
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Longer passwords are cut nowhere: they are refused, since hashing is work that a caller makes us do. */
export const MAX_PASSWORD_BYTES = 1024

/** A PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` with a new random salt; throws above MAX_PASSWORD_BYTES. */
export async function hashPassword(password: string): Promise<string> {
  const message = encode(password)
  if (message === null) throw new Error(`A password has at most ${MAX_PASSWORD_BYTES} bytes.`)
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive({ message, salt, memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM, bytes: HASH_BYTES })
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether the password has this hash. With `hash: null` (no such account) it does the same work and answers false,
 * so that the time of an answer does not tell which accounts exist.
 */
export async function verifyPassword({ password, hash }: { readonly password: string; readonly hash: string | null }): Promise<boolean> {
  const message = encode(password)
  if (message === null) return false
  // As the other system hashed it: in the spelling it was typed in.
  if (hash !== null && isImported(hash)) return compareBcrypt({ password, hash })
  const stored = parse(hash ?? NOBODY)
  if (stored === null) throw new Error('A stored password hash is no Argon2id PHC string, nor bcrypt.')
  const actual = await derive({ ...stored, message, bytes: stored.hash.length })
  return timingSafeEqual(actual, stored.hash) && hash !== null
}

/** Whether the hash came from another system: bcrypt, of a cost that does not take seconds. */
export const isImported = (hash: string): boolean => BCRYPT.test(hash)

/** Whether the password is to be hashed anew when it is next known: it was imported, or made with less work than today's. */
export function isOutdated(hash: string): boolean {
  const stored = parse(hash)
  return stored === null || stored.memory < MEMORY_KIB || stored.passes < PASSES
}

const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/
const compareBcrypt = createWorkerTask<{ readonly password: string; readonly hash: string }, boolean>(new URL('./bcryptWorker.ts', import.meta.url))

type Stored = { readonly memory: number; readonly passes: number; readonly parallelism: number; readonly salt: Buffer; readonly hash: Buffer }

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function parse(text: string): Stored | null {
  const match = PHC.exec(text)
  if (!match) return null
  const [, memory = '', passes = '', parallelism = '', salt = '', hash = ''] = match
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

type Derivation = Omit<Stored, 'hash'> & { readonly message: Buffer; readonly bytes: number }

function derive({ message, salt, memory, passes, parallelism, bytes }: Derivation): Promise<Buffer> {
  const parameters: Argon2Parameters = { message, nonce: salt, memory, passes, parallelism, tagLength: bytes }
  return argon2Async('argon2id', parameters)
}

// One spelling of what the eye sees as the same password, whatever keyboard it came from.
function encode(password: string): Buffer | null {
  const bytes = Buffer.from(password.normalize('NFKC'), 'utf8')
  return bytes.length > MAX_PASSWORD_BYTES ? null : bytes
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

// Nobody's hash: today's parameters, a salt and a tag of random bytes that no password was ever hashed to.
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(randomBytes(SALT_BYTES))}$${unpadded(randomBytes(HASH_BYTES))}`
