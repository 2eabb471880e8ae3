import { z } from 'zod'
import type { PoolClient } from '../pool.ts'
import { inPlace, type Place } from './place.ts'

/** A table whose rows go with a tenant, in slices that are compared, and copied anew where they differ. */
type MovedTable = {
  readonly table: string
  /** Which slice a row belongs to; '' is one slice. */
  readonly slice: string
  /** Which rows belong to the slices $2::text[]; by an index where there is one. */
  readonly within: string
  /** Which rows of the table go; the others are kept in the common database. */
  readonly only?: string
}

const sliced = (table: string, slice: string): MovedTable => ({ table, slice, within: `(${slice})::text = ANY($2::text[])` })
const whole = (table: string): MovedTable => sliced(table, "''")

/** Every table that is read and written by withTenant and inTenant where these lead on. */
export const MOVED_TABLES: readonly MovedTable[] = [
  { table: 'event_ids', slice: 'day', within: 'day = ANY($2::text[]::date[])' },
  sliced('conversion_log', 'sequence / 1000'),
  sliced('recent_touches', "slot || ':' || floor(extract(epoch FROM touched_at) / 3600)"),
  sliced('rejected_events', 'id / 1000'),
  ...['stream_heads', 'catalog_events', 'segments', 'partners', 'campaigns', 'ad_groups', 'creatives'].map(whole),
  { ...whole('tenant_usage'), only: "kind = 'events'" },
  // What refers to a group is deleted with it. Members are of processes that the other place does not know: there they are dead, and their leases free.
  ...['stream_groups', 'stream_members', 'stream_leases', 'webhook_endpoints'].map(whole),
  sliced('webhook_deliveries', 'place / 1000'),
  whole('data_versions'),
]

/** Numbers of these go up within a tenant, wherever it is: a copy to ClickHouse is known by them. */
const NUMBERED = { ingest_batches: 'id', rejected_events: 'id', webhook_deliveries: 'place' }
// Ahead of whoever takes a number in the common database between the look and the step.
const NUMBERS_AHEAD = 1_000_000

const ROWS_AT_ONCE = 5_000
const SLICES_AT_ONCE = 100
const CHARACTERS_AT_ONCE = 16_000_000

const sliceRows = z.array(z.object({ slice: z.string(), digest: z.string() }))

const conditionOf = ({ only }: MovedTable): string => `tenant_id = $1::uuid${only === undefined ? '' : ` AND ${only}`}`

/** Each slice with the number of its rows and a sum over all that is in them. */
async function digests(client: PoolClient, tenantId: string, moved: MovedTable): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query(
    `SELECT (${moved.slice})::text AS slice, count(*) || ':' || sum(hashtextextended(t::text, 0)::numeric) AS digest
     FROM ${moved.table} t WHERE ${conditionOf(moved)} GROUP BY 1`,
    [tenantId],
  )
  return new Map(sliceRows.parse(rows).map(({ slice, digest }) => [slice, digest]))
}

export type Ends = { readonly source: Place; readonly target: Place; readonly tenantId: string }

async function differences({ source, target, tenantId }: Ends, moved: MovedTable): Promise<readonly string[]> {
  const [from, to] = await Promise.all([source, target].map((place) => inPlace(place, tenantId, (client) => digests(client, tenantId, moved))))
  if (from === undefined || to === undefined) throw new Error('Two places were asked.')
  return [...new Set([...from.keys(), ...to.keys()])].filter((slice) => from.get(slice) !== to.get(slice))
}

/** The tables that are not the same in both places, with how many slices differ. */
export async function differentTables(ends: Ends): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {}
  for (const moved of MOVED_TABLES) {
    const slices = await differences(ends, moved)
    if (slices.length > 0) found[moved.table] = slices.length
  }
  return found
}

export type CopyControl = { readonly signal: AbortSignal; readonly tell: (what: string) => Promise<void> }

/** Makes the target what the source is at this moment, slice by slice; answers how many rows were brought. Begun again it goes on. */
export async function copyRows(ends: Ends, { signal, tell }: CopyControl): Promise<number> {
  let copied = 0
  for (const moved of MOVED_TABLES) {
    const slices = await differences(ends, moved)
    for (let at = 0; at < slices.length; at += SLICES_AT_ONCE) {
      signal.throwIfAborted()
      copied += await copySlices(ends, moved, slices.slice(at, at + SLICES_AT_ONCE))
      await tell(`${moved.table}: ${Math.min(at + SLICES_AT_ONCE, slices.length)} of ${slices.length} parts`)
    }
  }
  return copied
}

const jsonRows = z.array(z.object({ row: z.string() }))

/** A reader on the one side and a writer on the other, in a transaction each: the slices are there as a whole or as they were. */
function copySlices({ source, target, tenantId }: Ends, moved: MovedTable, slices: readonly string[]): Promise<number> {
  const condition = `${conditionOf(moved)} AND ${moved.within}`
  const values = [tenantId, slices]
  return inPlace(target, tenantId, async (writer) => {
    await writer.query(`DELETE FROM ${moved.table} WHERE ${condition}`, values)
    return inPlace(source, tenantId, async (reader) => {
      await reader.query(`DECLARE moving NO SCROLL CURSOR FOR SELECT to_json(t)::text AS row FROM ${moved.table} t WHERE ${condition}`, values)
      let copied = 0
      for (;;) {
        const rows = jsonRows.parse((await reader.query(`FETCH ${ROWS_AT_ONCE} FROM moving`)).rows)
        if (rows.length === 0) return copied
        for (const group of groupsOf(rows.map(({ row }) => row))) await insert(writer, moved.table, group)
        copied += rows.length
      }
    })
  })
}

// Rows have very different lengths, and one parameter has to hold a group.
function* groupsOf(rows: readonly string[]): Generator<readonly string[]> {
  let group: string[] = []
  let characters = 0
  for (const row of rows) {
    if (group.length > 0 && characters + row.length > CHARACTERS_AT_ONCE) {
      yield group
      group = []
      characters = 0
    }
    group.push(row)
    characters += row.length
  }
  if (group.length > 0) yield group
}

// As text from end to end: no number passes through a float, and no time loses its microseconds.
async function insert(client: PoolClient, table: string, rows: readonly string[]): Promise<void> {
  await client.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [`[${rows.join(',')}]`])
}

/** Sees to it that the target's next numbers are behind all that the source ever gave. */
export async function carryNumbersOn({ source, target, tenantId }: Ends): Promise<void> {
  for (const [table, column] of Object.entries(NUMBERED)) {
    const sequence = `${table}_${column}_seq`
    const last = await inPlace(
      source,
      tenantId,
      async (client) => (await client.query<{ last: string }>(`SELECT last_value AS last FROM ${sequence}`)).rows[0]?.last,
    )
    await inPlace(target, tenantId, (client) =>
      client.query(`SELECT setval('${sequence}', $1::bigint + ${NUMBERS_AHEAD}) FROM ${sequence} WHERE last_value <= $1::bigint`, [last]),
    )
  }
}

/** Takes the tenant's rows away behind a closed gate, a table at a time. */
export async function removeRows(place: Place, tenantId: string, { signal, tell }: CopyControl): Promise<void> {
  for (const moved of MOVED_TABLES) {
    const slices = [...(await inPlace(place, tenantId, (client) => digests(client, tenantId, moved))).keys()]
    for (let at = 0; at < slices.length; at += SLICES_AT_ONCE) {
      signal.throwIfAborted()
      const values = [tenantId, slices.slice(at, at + SLICES_AT_ONCE)]
      await inPlace(place, tenantId, (client) => client.query(`DELETE FROM ${moved.table} WHERE ${conditionOf(moved)} AND ${moved.within}`, values))
      await tell(`removing ${moved.table}`)
    }
  }
}

/** Whether batches of the tenant are not in ClickHouse yet. */
export const hasBatches = (place: Place, tenantId: string): Promise<boolean> =>
  inPlace(place, tenantId, async (client) => (await client.query('SELECT FROM ingest_batches WHERE tenant_id = $1 LIMIT 1', [tenantId])).rows.length > 0)
