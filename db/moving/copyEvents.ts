import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { ClickHouseClient } from '../clickhouse/client.ts'
import type { CopyControl } from './copyRows.ts'

/** Both databases are on one server, so that ClickHouse carries the rows itself. */
export type EventEnds = {
  /** User migrate. */
  readonly clickhouse: ClickHouseClient
  readonly source: string
  readonly target: string
  readonly tenantId: string
}

/** A table, its partitions, and what within one of them came together and is never changed. */
type MovedTable = { readonly table: string; readonly month: string; readonly part: string }

export const MOVED_CLICKHOUSE_TABLES: readonly MovedTable[] = [
  { table: 'events', month: 'toYYYYMM(occurred_at)', part: 'copy_group' },
  { table: 'costs', month: 'toYYYYMM(day)', part: 'toUInt64(0)' },
  { table: 'demo_truth_channels', month: 'toUInt32(0)', part: 'toUInt64(0)' },
  { table: 'demo_truth_fraud', month: 'toUInt32(0)', part: 'toUInt64(0)' },
]

const PARTS_AT_ONCE = 2_000
const PROBE_EVERY_MS = 200
const MAX_PROBES = 300
const ALREADY_RUNNING = '216'

const differenceRows = z.array(z.object({ month: z.coerce.number(), part: z.string(), source: z.coerce.number(), target: z.coerce.number() }))
type Difference = z.infer<typeof differenceRows>[number]

/** Months and parts that are not the same in both places, with their rows here and there. */
async function differences({ clickhouse, source, target, tenantId }: EventEnds, { table, month, part }: MovedTable): Promise<readonly Difference[]> {
  const side = (database: string, name: string) =>
    `SELECT ${month} AS month, ${part} AS part, '${name}' AS side, count() AS n, sum(cityHash64(tuple(*))) AS digest
     FROM ${database}.${table} WHERE tenant_id = {tenant:UUID} GROUP BY month, part`
  const result = await clickhouse.query({
    query: `SELECT month, toString(part) AS part, toString(sumIf(n, side = 'source')) AS source, toString(sumIf(n, side = 'target')) AS target
      FROM (${side(source, 'source')} UNION ALL ${side(target, 'target')}) GROUP BY month, part
      HAVING source != target OR sumIf(digest, side = 'source') != sumIf(digest, side = 'target') ORDER BY month, part`,
    query_params: { tenant: tenantId },
    format: 'JSONEachRow',
  })
  return differenceRows.parse(await result.json())
}

/** The tables that are not the same in both places, with how many parts differ. */
export async function differentEvents(ends: EventEnds): Promise<Readonly<Record<string, number>>> {
  await waitUntilNotRunning(ends)
  const found: Record<string, number> = {}
  for (const moved of MOVED_CLICKHOUSE_TABLES) {
    const { length } = await differences(ends, moved)
    if (length > 0) found[`ClickHouse ${moved.table}`] = length
  }
  return found
}

/** Makes the target what the source is at this moment; answers how many rows were brought. Begun again it goes on. */
export async function copyEvents(ends: EventEnds, { signal, tell }: CopyControl): Promise<number> {
  let copied = 0
  await waitUntilNotRunning(ends)
  for (const moved of MOVED_CLICKHOUSE_TABLES) {
    const differing = await differences(ends, moved)
    for (const [month, parts] of Map.groupBy(differing, (each) => each.month)) {
      for (let at = 0; at < parts.length; at += PARTS_AT_ONCE) {
        signal.throwIfAborted()
        copied += await copyParts(ends, moved, { month, parts: parts.slice(at, at + PARTS_AT_ONCE) })
        await tell(`ClickHouse ${moved.table}: ${month}, ${copied} rows`)
      }
    }
  }
  return copied
}

type Parts = { readonly month: number; readonly parts: readonly Difference[] }

async function copyParts(ends: EventEnds, moved: MovedTable, { month, parts }: Parts): Promise<number> {
  const { clickhouse, source, target, tenantId } = ends
  // What an insert that was cut short left there.
  const cut = parts.filter((part) => part.target > 0)
  if (cut.length > 0) await removeParts(clickhouse, { database: target, tenantId, moved, month, parts: cut })
  await clickhouse.command({
    query: `INSERT INTO ${target}.${moved.table} SELECT * FROM ${source}.${moved.table} WHERE ${IN_PARTS(moved)}`,
    query_params: { tenant: tenantId, month, parts: parts.map(({ part }) => BigInt(part)) },
    query_id: queryIdOf(ends),
    // The same rows may come a second time after they were taken away.
    clickhouse_settings: { insert_deduplicate: 0, wait_end_of_query: 1, max_partitions_per_insert_block: '0' },
  })
  return parts.reduce((sum, part) => sum + part.source, 0)
}

const IN_PARTS = ({ month, part }: MovedTable): string => `tenant_id = {tenant:UUID} AND ${month} = {month:UInt32} AND ${part} IN {parts:Array(UInt64)}`

type Removal = Parts & { readonly database: string; readonly tenantId: string; readonly moved: MovedTable }

async function removeParts(clickhouse: ClickHouseClient, { database, tenantId, moved, month, parts }: Removal): Promise<void> {
  await clickhouse.command({
    query: `ALTER TABLE ${database}.${moved.table} DELETE WHERE ${IN_PARTS(moved)}`,
    query_params: { tenant: tenantId, month, parts: parts.map(({ part }) => BigInt(part)) },
    clickhouse_settings: { mutations_sync: '1' },
  })
}

/** Takes the tenant's rows away for good, not only out of sight: the parts they are in are written anew. */
export async function removeEvents(
  clickhouse: ClickHouseClient,
  { database, tenantId }: { readonly database: string; readonly tenantId: string },
): Promise<void> {
  for (const { table } of MOVED_CLICKHOUSE_TABLES) {
    const about = { query_params: { tenant: tenantId } }
    const result = await clickhouse.query({
      query: `SELECT 1 FROM ${database}.${table} WHERE tenant_id = {tenant:UUID} LIMIT 1`,
      ...about,
      format: 'JSONEachRow',
    })
    if ((await result.json()).length === 0) continue
    await clickhouse.command({
      query: `ALTER TABLE ${database}.${table} DELETE WHERE tenant_id = {tenant:UUID}`,
      ...about,
      clickhouse_settings: { mutations_sync: '1' },
    })
  }
}

const queryIdOf = ({ tenantId }: EventEnds): string => `move-${tenantId}`

/** An insert of a mover that was killed may run on; the server refuses a second query with its id. */
async function waitUntilNotRunning(ends: EventEnds): Promise<void> {
  for (let probe = 1; ; probe++) {
    try {
      await ends.clickhouse.command({ query: 'SELECT 1', query_id: queryIdOf(ends) })
      return
    } catch (error) {
      const isRunning = error instanceof Error && 'code' in error && error.code === ALREADY_RUNNING
      if (!isRunning || probe === MAX_PROBES) throw error
      await pause(PROBE_EVERY_MS)
    }
  }
}
