import { createWriteStream, rmSync, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import type { ImportMap } from './importMap.ts'
import { createRowMapper, type MappedEvent } from './mapRow.ts'
import { openRows } from './readRows.ts'
import type { Row } from './rows.ts'
import type { BatchAnswer, Sender } from './sender.ts'

/** What became of the rows of a file. */
export type ImportCounts = { read: number; accepted: number; duplicates: number; rejected: number }

export type ImportResult = {
  readonly counts: ImportCounts
  /** How often each reason came. */
  readonly reasons: ReadonlyMap<string, number>
  /** Why it ended early; null when the whole file was sent. */
  readonly failure: Error | null
}

export type ImportOptions = {
  readonly file: string
  readonly map: ImportMap
  readonly app: string
  readonly sender: Sender
  /** One JSON line for each rejected row: row, code, path, message and the event; made when the first is written. */
  readonly rejectedFile: string
  /** Told after each batch; `progress` from 0 to 1. */
  readonly onProgress: (counts: Readonly<ImportCounts>, progress: number) => void
}

const BATCH_ROWS = 2_500
const BATCH_BYTES = 4_000_000
const IN_FLIGHT = 2

type Batch = { readonly rows: { readonly number: number; readonly event: MappedEvent }[]; lines: string }
type Rejected = { readonly row: number; readonly code: string; readonly path: string; readonly message: string; readonly event: MappedEvent | null }

/** Sends a file through the collector, batch by batch, and counts what came of it. Failures end it and are part of the result. */
export async function runImport({ file, map, app, sender, rejectedFile, onProgress }: ImportOptions): Promise<ImportResult> {
  const counts: ImportCounts = { read: 0, accepted: 0, duplicates: 0, rejected: 0 }
  const reasons = new Map<string, number>()
  const report = createReport(rejectedFile)
  const inFlight = new Set<Promise<void>>()
  let failure: Error | null = null
  let progress: () => number = () => 0

  async function reject(rejected: Rejected): Promise<void> {
    counts.rejected += 1
    reasons.set(rejected.code, (reasons.get(rejected.code) ?? 0) + 1)
    await report.write(rejected)
  }

  async function sendBatch(batch: Batch): Promise<void> {
    const answer: BatchAnswer = await sender.send(batch.lines)
    counts.accepted += answer.accepted
    counts.duplicates += answer.duplicates
    for (const { index, code, path, message } of answer.rejected) {
      const row = batch.rows[index]
      await reject({ row: row?.number ?? 0, code, path, message, event: row?.event ?? null })
    }
    onProgress(counts, progress())
  }

  async function launch(batch: Batch): Promise<void> {
    const sending: Promise<void> = sendBatch(batch)
      .catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(String(error))
      })
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight)
  }

  try {
    const source = await openRows(file, map)
    progress = source.progress
    const mapRow = createRowMapper(map, app)
    let batch = newBatch()
    for await (const row of source.rows) {
      if (failure !== null) break
      counts.read += 1
      if (row.problem !== null) {
        await reject({ row: row.number, code: 'INVALID_JSON', path: '', message: row.problem, event: null })
        continue
      }
      addRow(batch, row, mapRow(row))
      if (batch.rows.length < BATCH_ROWS && batch.lines.length < BATCH_BYTES) continue
      await launch(batch)
      batch = newBatch()
    }
    if (batch.rows.length > 0 && failure === null) await launch(batch)
  } catch (error) {
    failure ??= error instanceof Error ? error : new Error(String(error))
  }
  await Promise.all(inFlight)
  await report.close()
  return { counts, reasons, failure }
}

const newBatch = (): Batch => ({ rows: [], lines: '' })

function addRow(batch: Batch, row: Row, event: MappedEvent): void {
  batch.rows.push({ number: row.number, event })
  batch.lines += `${JSON.stringify(event)}\n`
}

type Report = { readonly write: (rejected: Rejected) => Promise<void>; readonly close: () => Promise<void> }

/** The report of an earlier import of the file is removed: it would be taken for this one's. */
function createReport(file: string): Report {
  rmSync(file, { force: true })
  let stream: WriteStream | null = null
  return {
    write: async (rejected) => {
      stream ??= createWriteStream(file, { mode: 0o600 })
      if (!stream.write(`${JSON.stringify(rejected)}\n`)) await once(stream, 'drain')
    },
    close: async () => {
      if (stream === null) return
      stream.end()
      await once(stream, 'close')
    },
  }
}
