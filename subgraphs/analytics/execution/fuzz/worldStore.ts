import { randomUUID } from 'node:crypto'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import type { World } from '../reference/world.ts'

/** A world that is in the database, under tenant ids of its own: the stand-ins of the random world by the ids in use. */
export type StoredWorld = { readonly world: World; readonly tenantIds: ReadonlyMap<string, string> }

/** Puts random worlds into the tests' ClickHouse. Many go in one insert, since every insert makes a part for each month. */
export type WorldStore = { insert(worlds: readonly World[], standIns: readonly string[]): Promise<readonly StoredWorld[]>; close(): Promise<void> }

export function openWorldStore(): WorldStore {
  const client = createClickHouse(readConfig.owner().clickhouse)
  return {
    async insert(worlds, standIns) {
      const stored = worlds.map((world) => withOwnTenants(world, standIns))
      const rows = stored.flatMap(({ world }) => world)
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) await insertRows(client, rows.slice(from, from + ROWS_AT_ONCE))
      return stored
    },
    close: () => client.close(),
  }
}

const ROWS_AT_ONCE = 50_000

function withOwnTenants(world: World, standIns: readonly string[]): StoredWorld {
  const tenantIds = new Map(standIns.map((standIn) => [standIn, randomUUID()]))
  return { tenantIds, world: world.map((row) => ({ ...row, tenant_id: tenantIds.get(row.tenant_id) ?? row.tenant_id })) }
}

async function insertRows(client: ClickHouseClient, rows: readonly StoredEvent[]): Promise<void> {
  if (rows.length === 0) return
  await client.insert<StoredEvent>({
    table: 'events',
    values: rows,
    format: 'JSONEachRow',
    clickhouse_settings: { max_partitions_per_insert_block: '0' },
  })
}
