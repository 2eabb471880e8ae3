import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'

/** A row of audit_log as it is stored: personal parts sealed, the time to the microsecond, as text. */
export type ChainEntry = {
  readonly tenantId: string
  readonly sequence: number
  readonly recordId: string
  /** Such as 2026-01-31T12:00:00.000000Z. */
  readonly at: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly action: string
  readonly target: string
  readonly before: Buffer | null
  readonly after: Buffer | null
  readonly address: Buffer | null
  readonly requestId: string | null
  readonly previousHash: Buffer
  readonly hash: Buffer
}

/** How far a tenant's chain has come. */
export type ChainHead = { readonly tenantId: string; readonly sequence: number; readonly hash: Buffer; readonly seal: Buffer }

/** What the first entry follows. */
export const FIRST_HASH = Buffer.alloc(32)

const HASH_BYTES = 32
const LENGTH_BYTES = 4
const NULL_LENGTH = 0xff_ff_ff_ff

/**
 * HMAC-SHA256 instead of plain SHA-256: whoever has the database alone can compute no hash, so that a whole chain cannot be written anew. The head is
 * sealed too: the hash of an earlier entry stands in the log for everybody, and must not do as a head after the tail was cut.
 */
export type Chain = {
  readonly hashOf: (entry: Omit<ChainEntry, 'hash'>) => Buffer
  readonly sealOf: (head: Omit<ChainHead, 'seal'>) => Buffer
}

/** The chain under `config.auditKey`, which has any length. */
export function createChain(auditKey: string): Chain {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', auditKey, '', 'umg-audit-chain', HASH_BYTES)))
  const digest = (fields: readonly Field[]): Buffer => createHmac('sha256', key).update(encode(fields)).digest()
  return {
    hashOf: (entry) =>
      digest([
        'umg-audit-entry-1',
        entry.tenantId,
        String(entry.sequence),
        entry.recordId,
        entry.at,
        entry.actorKind,
        entry.actorId,
        entry.action,
        entry.target,
        entry.before,
        entry.after,
        entry.address,
        entry.requestId,
        entry.previousHash,
      ]),
    sealOf: ({ tenantId, sequence, hash }) => digest(['umg-audit-head-1', tenantId, String(sequence), hash]),
  }
}

/** Whether two hashes are the same. */
export const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other)

type Field = string | Buffer | null

/** Each field after its length, null as no length at all: no two lists of fields have the same bytes. */
function encode(fields: readonly Field[]): Buffer {
  const lengths = fields.map((field) => (field === null ? null : Buffer.byteLength(field)))
  const bytes = Buffer.allocUnsafe(lengths.reduce<number>((sum, length) => sum + LENGTH_BYTES + (length ?? 0), 0))
  let end = 0
  for (const [index, field] of fields.entries()) {
    const length = lengths[index] ?? null
    end = bytes.writeUInt32BE(length ?? NULL_LENGTH, end)
    if (field === null) continue
    if (typeof field === 'string') bytes.write(field, end)
    else field.copy(bytes, end)
    end += length ?? 0
  }
  return bytes
}
