import { runMove, type RunOptions } from '#db/moving/runMove.ts'
import { createRelay, TryLater, type TopicOptions } from '#db/outbox/relay.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'

export type MoverDependencies = Pick<RunOptions, 'workerUrl' | 'app' | 'forget'> & {
  /** null but in the mode *dedicated*. */
  readonly own: Pick<RunOptions, 'maker' | 'databases'> | null
  readonly topics: () => Readonly<Record<string, TopicOptions>>
  readonly log: Logger
}

/** Moves tenants for the relay, in this process. `stop` has a move at work give up at its next step; it goes on in the next worker. */
export function createMover({ own, topics, log, ...rest }: MoverDependencies) {
  const stopping = new AbortController()
  const drainOutbox = (worker: Pool, aggregates: readonly string[] | null) =>
    createRelay({ pool: worker, listenUrl: null, topics: topics(), log, concurrency: 2, ...(aggregates === null ? {} : { aggregates }) }).drain()
  return {
    move: async (tenantId: string, signal: AbortSignal): Promise<void> => {
      if (own === null) throw new TryLater('Tenants are moved with TENANCY_MODE=dedicated alone.')
      await runMove({ ...rest, ...own, drainOutbox, log, now: () => new Date() }, tenantId, AbortSignal.any([signal, stopping.signal]))
    },
    stop: () => stopping.abort(new Error('The worker stops.')),
  }
}
