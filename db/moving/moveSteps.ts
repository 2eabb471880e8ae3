import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { TryLater } from '../outbox/relay.ts'
import { withSettings, type PoolClient } from '../pool.ts'
import { turnRoute } from '../routing/route.ts'
import { KNOWN_MS } from '../routing/routes.ts'
import { copyEvents, differentEvents, removeEvents, type EventEnds } from './copyEvents.ts'
import { carryNumbersOn, copyRows, differentTables, removeRows } from './copyRows.ts'
import { drainPlace, keepMessages } from './drain.ts'
import { setGate, type Place } from './place.ts'
import type { MoverOptions, Places } from './places.ts'
import type { MoveStep, TenantMove } from './tenantMove.ts'
import { letWritersIn, pauseWriters } from './writersPause.ts'

export type MoveWork = Pick<MoverOptions, 'databases' | 'app' | 'drainOutbox' | 'forget' | 'drainMs' | 'settleMs'> & {
  readonly places: Places
  readonly tenantId: string
  readonly move: TenantMove
  /** The transaction that holds the move; what is done by it commits together with the mark. */
  readonly guard: PoolClient
  readonly signal: AbortSignal
  readonly tell: (what: string) => Promise<void>
}

const DRAIN_MS = 30_000
/** PostgreSQL: the database is being accessed by other users. */
const STILL_USED = '55006'
/** Copying while the tenant is served is done when so few rows were new, or after so many rounds: the rest comes while it is not. */
const FEW_ROWS = 20_000
const MAX_ROUNDS = 4

/** What is done when the move stands there, and the step that it then stands at. Each may be begun again after whatever happened. */
export const afterStep: Readonly<Record<MoveStep, (work: MoveWork) => Promise<MoveStep>>> = {
  asked: makeTarget,
  made: copyServing,
  copied: switchOver,
  switched: openTarget,
  opened: removeSource,
  removed: () => Promise.resolve('removed'),
}

async function makeTarget({ databases, app, places, tenantId, move, guard, tell }: MoveWork): Promise<MoveStep> {
  await tell('making the databases')
  if (move.destination === 'dedicated') {
    const { rows } = await withSettings(app, tenantId, (client) =>
      client.query('SELECT id AS "tenantId", slug, name, reporting_currency AS "reportingCurrency" FROM tenants WHERE id = $1::uuid', [tenantId]),
    )
    await databases.make(namedTenants.parse(rows)[0], { isBypassed: true })
  }
  // Nobody is led there; from here on nobody could write there either.
  await setGate((await places.ends(guard, move)).target, tenantId, 'closed')
  return 'made'
}

const namedTenants = z.tuple([z.object({ tenantId: z.string(), slug: z.string(), name: z.string(), reportingCurrency: z.string() })])

const eventEnds = ({ places, tenantId }: MoveWork, { source, target }: { readonly source: Place; readonly target: Place }): EventEnds => ({
  clickhouse: places.clickhouse,
  source: source.clickhouseDatabase,
  target: target.clickhouseDatabase,
  tenantId,
})

async function copyServing(work: MoveWork): Promise<MoveStep> {
  const { places, tenantId, move, guard } = work
  const ends = { ...(await places.ends(guard, move)), tenantId }
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const rows = (await copyEvents(eventEnds(work, ends), work)) + (await copyRows(ends, work))
    if (rows <= FEW_ROWS) break
  }
  return 'copied'
}

/** Writers are refused from the first gate on until openTarget; a failure lets them go on where they were. */
async function switchOver(work: MoveWork): Promise<MoveStep> {
  const { places, tenantId, move, guard, signal, tell, drainOutbox, drainMs = DRAIN_MS } = work
  const ends = { ...(await places.ends(guard, move)), tenantId }
  const isOwn = move.destination === 'shared'
  await tell('writers wait: finishing what was taken')
  await pauseWriters({ worker: places.common.worker, place: ends.source, move })
  await drainPlace({ place: ends.source, tenantId, isOwn, drainOutbox, drainMs, signal })
  await setGate(ends.source, tenantId, 'closed')
  await copyEvents(eventEnds(work, ends), work)
  await copyRows(ends, work)
  await carryNumbersOn(ends)
  await tell('writers wait: comparing both places')
  const different = { ...(await differentTables(ends)), ...(await differentEvents(eventEnds(work, ends))) }
  if (Object.keys(different).length > 0) throw new Error(`Both places still differ: ${JSON.stringify(different)}.`)
  signal.throwIfAborted()
  if (isOwn) await keepMessages(ends.source.worker, guard)
  await turnRoute(guard, tenantId, !isOwn)
  return 'switched'
}

async function openTarget({ places, tenantId, move, guard, forget }: MoveWork): Promise<MoveStep> {
  forget(tenantId)
  await letWritersIn({ worker: places.common.worker, place: (await places.ends(guard, move)).target, move })
  return 'opened'
}

async function removeSource(work: MoveWork): Promise<MoveStep> {
  const { move, signal, tell, settleMs = KNOWN_MS + 1_000 } = work
  await tell('moved; waiting until every process knows')
  const since = Date.now() - (move.switchedAt?.getTime() ?? 0)
  // A clock that went back makes it wait once more and no longer.
  await pause(Math.min(settleMs, Math.max(0, settleMs - since)), undefined, { signal })
  if (!move.keepsSource) await removePlace(work, move.destination === 'dedicated' ? 'shared' : 'dedicated')
  return 'removed'
}

/** Undoes a move before its switch: writers go on at once, and what was copied is taken away. */
export async function undo(work: MoveWork): Promise<void> {
  const { places, move, guard, tell } = work
  await tell('undoing')
  if (await hasBothPlaces(work)) await places.letWritersGoOn(guard, move)
  await removePlace(work, move.destination)
}

// Of a move to databases of its own that never were made there is one place.
const hasBothPlaces = ({ places, guard }: MoveWork): Promise<boolean> =>
  places.own(guard).then(
    () => true,
    () => false,
  )

async function removePlace(work: MoveWork, place: TenantMove['destination']): Promise<void> {
  const { places, databases, tenantId, signal, tell } = work
  await tell('removing the copy that is not used')
  if (place === 'dedicated') {
    // Its own connections would keep it.
    await places.leaveOwn()
    await databases.remove({ tenantId }).catch(async (error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === STILL_USED)) throw error
      await tell('waiting until the old connections are closed')
      throw new TryLater('Somebody is still connected to the databases that are to go.', { cause: error })
    })
    return
  }
  await setGate(places.common, tenantId, 'closed')
  await removeRows(places.common, tenantId, { signal, tell })
  await removeEvents(places.clickhouse, { database: places.common.clickhouseDatabase, tenantId })
}
