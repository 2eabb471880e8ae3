import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { ChainEntry, ChainHead } from '#db/audit/chain.ts'
import { readCsvCell } from '#ops/service/auditExport.ts'

/** An entry of an exported file: what the chain is made of, and what stands in the clear beside the sealed values. */
export type FileEntry = ChainEntry & { readonly clear: { readonly before: string | null; readonly after: string | null; readonly address: string | null } }
export type ExportFile = { readonly entries: readonly FileEntry[]; readonly head: ChainHead | null }

const text = z.string().nullable()
const bytes = text.transform((value) => (value === null ? null : Buffer.from(value, 'base64')))
const hash = z.string().transform((value) => Buffer.from(value, 'hex'))
const lineSchema = z.object({
  tenantId: z.string(),
  sequence: z.coerce.number(),
  recordId: z.string(),
  at: z.string(),
  actorKind: z.string(),
  actorId: text,
  action: z.string(),
  target: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  address: text,
  requestId: text,
  beforeSealed: bytes,
  afterSealed: bytes,
  addressSealed: bytes,
  previousHash: hash,
  hash,
  headSeal: text,
})

/** Reads what GET /api/audit/export wrote, in either format; throws for what is neither. Entries come by their sequence, whatever the order of the lines. */
export function readExport(content: string): ExportFile {
  const lines = z.array(lineSchema).parse(content.trimStart().startsWith('{') ? readNdjson(content) : readCsv(content))
  const entries = lines.map(entryOf).toSorted((a, b) => a.sequence - b.sequence)
  const newest = lines.find(({ headSeal }) => headSeal !== null)
  if (newest === undefined) return { entries, head: null }
  const { tenantId, sequence } = newest
  return { entries, head: { tenantId, sequence, hash: newest.hash, seal: Buffer.from(newest.headSeal ?? '', 'hex') } }
}

function entryOf({ at, before, after, address, beforeSealed, afterSealed, addressSealed, ...line }: z.infer<typeof lineSchema>): FileEntry {
  const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value))
  return {
    ...line,
    // The log has microseconds, of which the platform writes none.
    at: at.replace(/(\.\d{3})Z$/, '$1000Z'),
    before: beforeSealed,
    after: afterSealed,
    address: addressSealed,
    clear: { before: json(before), after: json(after), address },
  }
}

const readNdjson = (content: string): readonly unknown[] =>
  content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))

function readCsv(content: string): readonly unknown[] {
  const rows = z.array(z.record(z.string(), z.string())).parse(parse(content, { columns: true, bom: true }))
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => {
        const value = readCsvCell(cell)
        if (value === '') return [name, null]
        return [name, name === 'before' || name === 'after' ? JSON.parse(value) : value]
      }),
    ),
  )
}
