import { randomUUID } from 'node:crypto'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import type { World } from '../reference/world.ts'

/** A world that is in the database, under tenant ids of its own: the stand-ins of the random world by the ids in use. */
export type StoredWorld = RandomRows & { readonly tenantIds: ReadonlyMap<string, string> }

/** What is stored of one world. */
export type RandomRows = { readonly world: World; readonly costs: readonly StoredCost[] }

/** Puts random worlds into the tests' ClickHouse. Many go in one insert, since every insert makes a part for each month. */
export type WorldStore = { insert(worlds: readonly RandomRows[], standIns: readonly string[]): Promise<readonly StoredWorld[]>; close(): Promise<void> }

export function openWorldStore(): WorldStore {
  const client = createClickHouse(readConfig.owner().clickhouse)
  return {
    async insert(worlds, standIns) {
      const stored = worlds.map((world) => withOwnTenants(world, standIns))
      const rows = stored.flatMap(({ world }) => world)
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) await insertRows(client, 'events', rows.slice(from, from + ROWS_AT_ONCE))
      const costs = stored.flatMap((each) => each.costs)
      for (let from = 0; from < costs.length; from += ROWS_AT_ONCE) await insertRows(client, 'costs', costs.slice(from, from + ROWS_AT_ONCE))
      return stored
    },
    close: () => client.close(),
  }
}

const ROWS_AT_ONCE = 50_000

function withOwnTenants({ world, costs }: RandomRows, standIns: readonly string[]): StoredWorld {
  const tenantIds = new Map(standIns.map((standIn) => [standIn, randomUUID()]))
  const ownTenant = <Row extends { readonly tenant_id: string }>(row: Row): Row => ({ ...row, tenant_id: tenantIds.get(row.tenant_id) ?? row.tenant_id })
  return { tenantIds, world: world.map(ownTenant), costs: costs.map(ownTenant) }
}

async function insertRows(client: ClickHouseClient, table: 'events' | 'costs', rows: readonly (StoredEvent | StoredCost)[]): Promise<void> {
  if (rows.length === 0) return
  await client.insert<StoredEvent | StoredCost>({
    table,
    values: rows,
    format: 'JSONEachRow',
    clickhouse_settings: { max_partitions_per_insert_block: '0' },
  })
}
