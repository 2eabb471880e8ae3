import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { Pool } from 'pg'
import { z } from 'zod'
import { summarizeRows } from '#db/analytics/rowsSummary.ts'
import { clickhouseOf, type ClickHouseConfig, type TenantClickHouse } from '#db/clickhouse/client.ts'
import type { Routes } from '#db/routing/routes.ts'
import { deleteCopyGroup, lastBatchId, nextCopyGroup, readCopyGroup, type GroupContent } from './batches.ts'
import { contentLines } from './contentLines.ts'
import { countCopiedRows, waitUntilNotRunning, insertRows } from './clickhouseCopy.ts'

export type CopyTargets = {
  /** Role umg_app. */
  readonly pool: Pool
  /** User ingest. */
  readonly clickhouse: ClickHouseConfig
  /** User analytics: counts after an uncertain copy. */
  readonly verifier: TenantClickHouse
  readonly tenantSecret: string
  /** Where the tenants are that have databases of their own. Default: there are none. */
  readonly routes?: Pick<Routes, 'find'> | null
}

export type CopyOptions = {
  /** Aborted: no insert is begun any more, and one at work is hung up on. Default: never. */
  readonly signal?: AbortSignal
  /** After this long no further group is begun, and MoreToCopy is thrown. Default: as long as it takes. */
  readonly turnMs?: number
}

/** A long queue was copied in part; the rest is for another turn. */
export class MoreToCopy extends Error {
  constructor(rows: number) {
    super(`${rows} rows were copied in this turn, and more may be waiting.`)
    this.name = 'MoreToCopy'
  }
}

const compress = promisify(zstdCompress)
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const NEVER = new AbortController().signal

/**
 * Copies the batches that the tenant has waiting at this moment to ClickHouse, each row once, whatever died before: a group is assigned durably
 * first, inserted, and only then deleted here. Answers the rows copied. Throws ClickHouseUnavailable when it should be tried again later.
 * One at a time for a tenant: the caller holds the tenant's place in the outbox.
 */
export async function copyTenant(common: CopyTargets, tenantId: string, { signal = NEVER, turnMs = Infinity }: CopyOptions = {}): Promise<number> {
  const targets = await targetsOf(common, tenantId)
  const end = performance.now() + turnMs
  const lastId = await lastBatchId(targets.pool, tenantId)
  let copied = 0
  if (lastId === null) return copied
  for (;;) {
    if (copied > 0 && performance.now() >= end) throw new MoreToCopy(copied)
    signal.throwIfAborted()
    const next = await nextCopyGroup(targets.pool, tenantId, lastId)
    if (next === null) return copied
    const content = await readCopyGroup(targets.pool, tenantId, next.group)
    const copy = { tenantId, group: next.group, signal }
    signal.throwIfAborted()
    if (next.isNew) await insertRows(targets.clickhouse, { ...copy, token: tokenOf(copy), body: Buffer.concat(content.payloads) })
    else await finishCopy(targets, copy, content)
    await deleteCopyGroup(targets.pool, tenantId, next.group, await summarizeRows(content))
    copied += content.rowCount
  }
}

// The pool finds its way by itself.
async function targetsOf(common: CopyTargets, tenantId: string): Promise<CopyTargets> {
  const route = (await common.routes?.find(tenantId)) ?? null
  const verifier = await clickhouseOf(common.verifier, tenantId)
  return route === null ? common : { ...common, verifier, clickhouse: { ...common.clickhouse, database: route.clickhouseDatabase } }
}

type Copy = { readonly tenantId: string; readonly group: string; readonly signal: AbortSignal }
const tokenOf = ({ tenantId, group }: Copy): string => `${tenantId}:${group}`

/**
 * After a failure ClickHouse is asked what it has: its log of tokens is written apart from the rows, so that after a kill either may be there
 * without the other. What is missing is sent again under the first token, so that a straggler of the first attempt still counts as a repeat;
 * what that did not bring is sent under a token that nobody can have used.
 */
async function finishCopy(targets: CopyTargets, copy: Copy, content: GroupContent): Promise<void> {
  const expected = await linesByMonth(content)
  for (const token of [tokenOf(copy), `${tokenOf(copy)}:${randomUUID()}`]) {
    const missing = await missingLines(targets, copy, expected)
    if (missing.length === 0) return
    const body = await compress(`${missing.join('\n')}\n`, zstd)
    copy.signal.throwIfAborted()
    await insertRows(targets.clickhouse, { ...copy, token, body })
  }
  const missing = await missingLines(targets, copy, expected)
  if (missing.length > 0) throw new Error(`Copy ${copy.group} still misses ${missing.length} rows in ClickHouse, which took them twice.`)
}

/** The lines of the months that are not there, once nothing can still be bringing them. */
async function missingLines(targets: CopyTargets, copy: Copy, expected: ReadonlyMap<number, readonly string[]>): Promise<readonly string[]> {
  await waitUntilNotRunning(targets.clickhouse, copy)
  const present = await countCopiedRows(targets.verifier, { ...copy, tenantSecret: targets.tenantSecret })
  const missing: string[] = []
  for (const [month, lines] of expected) {
    const rows = present.get(month) ?? 0
    if (rows === 0) for (const line of lines) missing.push(line)
    else if (rows !== lines.length)
      throw new Error(
        `Copy ${copy.group} has ${rows} of ${lines.length} rows of ${month} in ClickHouse; a month of a copy is one part and cannot be there in part.`,
      )
  }
  return missing
}

const timeOfLine = z.object({ occurred_at: z.string() })

async function linesByMonth({ payloads }: GroupContent): Promise<ReadonlyMap<number, readonly string[]>> {
  const months = new Map<number, string[]>()
  for await (const line of contentLines(payloads)) {
    const { occurred_at: time } = timeOfLine.parse(JSON.parse(line))
    const month = Number(time.slice(0, 4) + time.slice(5, 7))
    const lines = months.get(month)
    if (lines === undefined) months.set(month, [line])
    else lines.push(line)
  }
  return months
}
