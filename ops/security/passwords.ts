import { randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createHashLine, type HashLine, type LineLimits } from './hashLine.ts'
import { createWorkerTask } from './workerTask.ts'

// OWASP's least setting for Argon2id: 19 MiB, two passes, one lane. Older hashes keep the parameters written in them.
const MEMORY_KIB = 19 * 1024
const PASSES = 2
const PARALLELISM = 1
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Longer passwords are cut nowhere: they are refused, since hashing is work that a caller makes us do. */
export const MAX_PASSWORD_BYTES = 1024

/** How much of the machine hashing may have. */
export type HashShare = LineLimits & {
  /** Hashes that are made at once, each in a thread of its own; null: one for each core but one. */
  readonly atOnce: number | null
}
/** Who asks, for the line; the others wait no longer for it than for one of theirs. */
export type HashOptions = {
  readonly by?: string
  /** Called when the line is over and the work begins. */
  readonly onTurn?: () => void
}

/** Where nobody set a share, as in a seeding, who waits, waits: the bounds for strangers are the auth subgraph's. */
const DEFAULT_SHARE: HashShare = { atOnce: null, maxWaiting: 1_000, maxWaitMs: 60_000 }

/** Sets the share before the first password is looked at. The cores are the process's, and so is the line before them. */
export function shareCores(share: HashShare): void {
  line = createThreads(share)
}

/** Throws TOO_BUSY when a hash would be refused at once. */
export const requireRoomToHash = (by: string): void => line.requireRoom(by)

/** A PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` with a new random salt; throws above MAX_PASSWORD_BYTES, and TOO_BUSY. */
export async function hashPassword(password: string, options: HashOptions = {}): Promise<string> {
  const message = encode(password)
  if (message === null) throw new Error(`A password has at most ${MAX_PASSWORD_BYTES} bytes.`)
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive({ message, salt, memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM, bytes: HASH_BYTES }, options)
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether the password has this hash. With `hash: null` (no such account) it does the same work and answers false,
 * so that the time of an answer does not tell which accounts exist. Throws TOO_BUSY.
 */
export async function verifyPassword(
  { password, hash }: { readonly password: string; readonly hash: string | null },
  options: HashOptions = {},
): Promise<boolean> {
  const message = encode(password)
  if (message === null) return false
  // As the other system hashed it: in the spelling it was typed in.
  if (hash !== null && isImported(hash)) return compareBcrypt({ password, hash }, options)
  const stored = parse(hash ?? NOBODY)
  if (stored === null) throw new Error('A stored password hash is no Argon2id PHC string, nor bcrypt.')
  const actual = await derive({ ...stored, message, bytes: stored.hash.length }, options)
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
type Comparison = { readonly password: string; readonly hash: string }
/** What a thread is given, and what it answers. */
export type HashTask = ({ readonly kind: 'argon2' } & Derivation) | ({ readonly kind: 'bcrypt' } & Comparison)
export type HashAnswer = { readonly kind: 'argon2'; readonly hash: Uint8Array } | { readonly kind: 'bcrypt'; readonly isRight: boolean }
type HashThread = (task: HashTask) => Promise<HashAnswer>

async function derive(derivation: Derivation, options: HashOptions): Promise<Uint8Array> {
  const answer = await inLine({ kind: 'argon2', ...derivation }, options)
  if (answer.kind !== 'argon2') throw new Error('The thread answered another question.')
  return answer.hash
}

async function compareBcrypt(comparison: Comparison, options: HashOptions): Promise<boolean> {
  const answer = await inLine({ kind: 'bcrypt', ...comparison }, options)
  if (answer.kind !== 'bcrypt') throw new Error('The thread answered another question.')
  return answer.isRight
}

const inLine = (task: HashTask, { by = '', onTurn }: HashOptions): Promise<HashAnswer> =>
  line.run(by, (thread) => {
    onTurn?.()
    return thread(task)
  })

function createThreads({ atOnce, ...limits }: HashShare): HashLine<HashThread> {
  const count = atOnce ?? Math.max(1, availableParallelism() - 1)
  const threads = Array.from({ length: count }, () => createWorkerTask<HashTask, HashAnswer>(new URL('./hashWorker.ts', import.meta.url)))
  return createHashLine(threads, limits)
}

let line = createThreads(DEFAULT_SHARE)

// One spelling of what the eye sees as the same password, whatever keyboard it came from.
function encode(password: string): Buffer | null {
  const bytes = Buffer.from(password.normalize('NFKC'), 'utf8')
  return bytes.length > MAX_PASSWORD_BYTES ? null : bytes
}

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

// Nobody's hash: today's parameters, a salt and a tag of random bytes that no password was ever hashed to.
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(randomBytes(SALT_BYTES))}$${unpadded(randomBytes(HASH_BYTES))}`
