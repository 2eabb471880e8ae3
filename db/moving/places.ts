import type { DatabaseMakerConfig } from '#ops/config.ts'
import { createClickHouse, type ClickHouseClient } from '../clickhouse/client.ts'
import { createPool, type Pool, type Queryable } from '../pool.ts'
import type { OwnDatabases } from '../routing/ownDatabases.ts'
import { knownRoute } from '../routing/route.ts'
import { urlOfDatabase } from '../routing/routes.ts'
import type { DrainOutbox } from './drain.ts'
import type { Place } from './place.ts'
import type { TenantMove } from './tenantMove.ts'
import { letWritersIn } from './writersPause.ts'

export type MoverOptions = {
  readonly maker: DatabaseMakerConfig
  readonly databases: OwnDatabases
  /** The common database as umg_worker. */
  readonly workerUrl: string
  /** Role umg_app of the common database. */
  readonly app: Pool
  readonly drainOutbox: DrainOutbox
  /** This process looks anew where the tenant is. */
  readonly forget: (tenantId: string) => void
  /** How long writers are refused at most while what was taken is finished. Default 30,000. */
  readonly drainMs?: number
  /** The old rows stay this long after the switch, for processes that do not know yet. Default: a little more than routes are known. */
  readonly settleMs?: number
}

/** Both places of a tenant that is moved, with connections of the mover's own. */
export type Places = {
  readonly clickhouse: ClickHouseClient
  readonly common: Place
  /** Throws when there are no databases of its own. */
  readonly own: (client: Queryable) => Promise<Place>
  readonly ends: (client: Queryable, move: TenantMove) => Promise<{ readonly source: Place; readonly target: Place }>
  readonly letWritersGoOn: (client: Queryable, move: TenantMove) => Promise<void>
  /** Gives up the connections to its own databases, which would keep them from being dropped. */
  readonly leaveOwn: () => Promise<void>
  readonly close: () => Promise<void>
}

const OWNER_POOL = 2
const WORKER_POOL = 4

export function openPlaces({ maker, workerUrl }: MoverOptions, tenantId: string): Places {
  const open = (url: string, poolSize: number): Pool => createPool({ url, poolSize, name: 'mover' })
  const clickhouse = createClickHouse(maker.clickhouse)
  const common: Place = {
    owner: open(maker.ownerUrl, OWNER_POOL),
    worker: open(workerUrl, WORKER_POOL),
    clickhouseDatabase: maker.clickhouse.database,
  }
  let known: Place | undefined

  async function own(client: Queryable): Promise<Place> {
    if (known !== undefined) return known
    const route = await knownRoute(client, tenantId)
    if (route === null) throw new Error(`The tenant ${tenantId} has no databases of its own.`)
    known = {
      owner: open(urlOfDatabase(maker.ownerUrl, route.database), OWNER_POOL),
      worker: open(urlOfDatabase(workerUrl, route.database), WORKER_POOL),
      clickhouseDatabase: route.clickhouseDatabase,
    }
    return known
  }

  async function ends(client: Queryable, { destination }: TenantMove): Promise<{ readonly source: Place; readonly target: Place }> {
    const its = await own(client)
    return destination === 'dedicated' ? { source: common, target: its } : { source: its, target: common }
  }

  async function leaveOwn(): Promise<void> {
    const left = known
    known = undefined
    if (left !== undefined) await Promise.all([left.owner.end(), left.worker.end()])
  }

  async function close(): Promise<void> {
    await Promise.all([leaveOwn(), common.owner.end(), common.worker.end(), clickhouse.close()])
  }

  return {
    clickhouse,
    common,
    own,
    ends,
    leaveOwn,
    letWritersGoOn: async (client, move) => letWritersIn({ worker: common.worker, place: (await ends(client, move)).source, move }),
    close,
  }
}
