import type { Queryable } from '../pool.ts'
import { isShut, setGate, type Place } from './place.ts'
import { beginPause, countPause, endPause, type TenantMove } from './tenantMove.ts'

/** `worker`: of the common database, where the move is; the gate may be in another, so no transaction holds both. */
type Pausing = { readonly worker: Queryable; readonly place: Pick<Place, 'owner'>; readonly move: Pick<TenantMove, 'tenantId' | 'id'> }

/** Writers are refused in this place from here on, but for the worker, and it is counted for how long. */
export async function pauseWriters({ worker, place, move }: Pausing): Promise<void> {
  await beginPause(worker, move, { wasShut: await isShut(place, move.tenantId) })
  await setGate(place, move.tenantId, 'draining')
}

/** Writers are let into this place, and the pause is over. */
export async function letWritersIn({ worker, place, move }: Pausing): Promise<void> {
  const wasShut = await isShut(place, move.tenantId)
  // A kill behind the open gate leaves the pause counted until just before it.
  if (wasShut) await countPause(worker, move)
  await setGate(place, move.tenantId, 'open')
  await endPause(worker, move, { wasShut })
}
