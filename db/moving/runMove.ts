import type { Logger } from '#ops/logging.ts'
import { recordAudit } from '../audit/recordAudit.ts'
import { executorOf } from '../outbox/append.ts'
import { TryLater } from '../outbox/relay.ts'
import { withTransaction, type PoolClient } from '../pool.ts'
import { knownRoute } from '../routing/route.ts'
import { afterStep, undo, type MoveWork } from './moveSteps.ts'
import { openPlaces, type MoverOptions, type Places } from './places.ts'
import { advanceMove, countMoveFailure, findMove, tellProgress, type MoveStep, type TenantMove } from './tenantMove.ts'

const LOCK_CLASS = 1_886_546_541
const ONE_AT_A_TIME = 'SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS locked'
/** From this step on the tenant is there, so the rest is tried until it is done. */
const isUndoable = (step: MoveStep): boolean => step === 'asked' || step === 'made' || step === 'copied'

export type RunOptions = MoverOptions & {
  readonly log: Logger
  readonly now: () => Date
  /** A step that failed this often before the tenant is there is given up, and all is undone. Default 5. */
  readonly maxAttempts?: number
}

/**
 * Moves the tenant on from wherever its move stands, or undoes it; either may be cut short at any point and begun again. Resolves when it is done or
 * undone. Throws TryLater when the rest has to be tried again.
 */
export async function runMove(options: RunOptions, tenantId: string, signal: AbortSignal): Promise<void> {
  const places = openPlaces(options, tenantId)
  try {
    while (await oneStep(options, { places, tenantId, signal }));
  } catch (error) {
    throw error instanceof TryLater ? error : new TryLater(`The move of the tenant ${tenantId} was cut short.`, { cause: error })
  } finally {
    await places.close()
  }
}

type Run = { readonly places: Places; readonly tenantId: string; readonly signal: AbortSignal }

/** false: nothing is left to do. */
async function oneStep(options: RunOptions, run: Run): Promise<boolean> {
  try {
    return await heldMove(run, async (guard, move) => {
      if (move.status === 'undoing') await undone(options, run, { guard, move })
      else await forward(options, run, { guard, move })
    })
  } catch (error) {
    if (error instanceof TryLater) throw error
    await failed(options, run, error)
    throw new TryLater(`The move of the tenant ${run.tenantId} failed at a step.`, { cause: error })
  }
}

type Held = { readonly guard: PoolClient; readonly move: TenantMove }

/**
 * The work with the move held: the step is marked, and the route turned, in the transaction that holds it. Whoever lost its connection, and so the
 * hold, can turn nothing any more, whatever it still does.
 */
function heldMove({ places, tenantId }: Run, work: (guard: PoolClient, move: TenantMove) => Promise<void>): Promise<boolean> {
  return withTransaction(places.common.worker, async (guard) => {
    const { rows } = await guard.query<{ locked: boolean }>(ONE_AT_A_TIME, [LOCK_CLASS, tenantId])
    if (rows[0]?.locked !== true) throw new TryLater('Another run moves this tenant.')
    const move = await findMove(guard, tenantId)
    if (move === null || move.status === 'done' || move.status === 'undone') return false
    await work(guard, move)
    return true
  })
}

async function forward(options: RunOptions, run: Run, { guard, move }: Held): Promise<void> {
  const { tenantId, places } = run
  options.log.info({ tenantId, destination: move.destination, step: move.step }, 'a tenant is moved on')
  const work: MoveWork = { ...options, ...run, guard, move, tell: (what) => tellProgress(places.common.worker, move, what) }
  const step = await afterStep[move.step](work)
  const isDone = step === 'removed'
  await advanceMove(guard, tenantId, { status: isDone ? 'done' : 'running', step })
  if (isDone) await audit(options, { guard, move }, 'tenant.moved')
}

async function undone(options: RunOptions, run: Run, { guard, move }: Held): Promise<void> {
  await undo({ ...options, ...run, guard, move, tell: (what) => tellProgress(run.places.common.worker, move, what) })
  await advanceMove(guard, run.tenantId, { status: 'undone', step: move.step, problem: move.problem })
  await audit(options, { guard, move }, 'tenant.move_undone')
}

/** Lets the tenant's writers go on where they were, counts, and gives up after some tries. */
async function failed(options: RunOptions, run: Run, error: unknown): Promise<void> {
  const { tenantId, places } = run
  const problem = error instanceof Error ? error.message : String(error)
  // Held again: whether the step was marked after all is known by now.
  await heldMove(run, async (guard, move) => {
    options.log.warn({ err: error, tenantId, step: move.step, attempts: move.attempts + 1 }, 'a step of a tenant’s move failed')
    if (move.step === 'copied') await places.letWritersGoOn(guard, move)
    // A worker that stops is no failure.
    if (run.signal.aborted) return
    await countMoveFailure(guard, tenantId, problem)
    const isGivenUp = move.status === 'running' && isUndoable(move.step) && move.attempts + 1 >= (options.maxAttempts ?? 5)
    if (isGivenUp) await advanceMove(guard, tenantId, { status: 'undoing', step: move.step, problem })
  })
}

async function audit({ now }: RunOptions, { guard, move }: Held, action: string): Promise<void> {
  const [from, to] = move.destination === 'dedicated' ? ['shared', 'dedicated'] : ['dedicated', 'shared']
  const route = await knownRoute(guard, move.tenantId)
  await recordAudit(executorOf(guard), move.tenantId, {
    tenantIds: [move.tenantId],
    actor: { kind: 'system', id: null },
    action,
    target: `tenant:${move.tenantId}`,
    before: { databases: from },
    after: { databases: route?.isReady === true ? 'dedicated' : 'shared', asked: to, problem: move.problem },
    address: null,
    requestId: null,
    at: now(),
  })
}
