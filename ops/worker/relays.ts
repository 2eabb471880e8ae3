import { createRelay, type Relay, type RelayOptions } from '#db/outbox/relay.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { listRoutes } from '#db/routing/route.ts'
import { urlOfDatabase } from '#db/routing/routes.ts'
import { everyStep } from './everyStep.ts'

export type RelaysOptions = Pick<RelayOptions, 'topics' | 'log'> & {
  /** Role umg_worker of the common database. */
  readonly pool: Pool
  readonly url: string
  /** Whether there are tenants with databases of their own. */
  readonly isDedicated: boolean
  /** How often it looks for new databases. Default 1000. */
  readonly pollMs?: number
}

export type Relays = {
  readonly start: () => void
  /** Does this in every database of a tenant's own that is there now, one after the other. */
  readonly inEach: (work: (pool: Pool) => Promise<unknown>) => Promise<void>
  /** Takes up nothing new and waits for the handlers at work. */
  readonly stop: () => Promise<void>
}

type Own = { readonly pool: Pool; readonly relay: Relay }

/** A relay for the outbox of the common database and one for that of each tenant's own, which come and go while it runs. */
export function createRelays({ pool, url, isDedicated, topics, log, pollMs = 1_000 }: RelaysOptions): Relays {
  // A notice wakes a relay whatever database it is about: whoever commits somewhere else tells it in the common one.
  const common = createRelay({ pool, listenUrl: url, topics, log })
  const own = new Map<string, Own>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let isStopping = false

  function open(database: string): Own {
    const each = createPool({ url: urlOfDatabase(url, database), poolSize: 3, name: 'worker-own' })
    const relay = createRelay({ pool: each, listenUrl: null, topics, log, concurrency: 2 })
    relay.start()
    return { pool: each, relay }
  }
  async function close({ pool: each, relay }: Own): Promise<void> {
    await relay.stop()
    await each.end()
  }

  async function look(): Promise<void> {
    const databases = new Set((await listRoutes(pool)).map(({ database }) => database))
    for (const [database, handle] of own) {
      if (databases.has(database)) continue
      own.delete(database)
      await close(handle)
    }
    if (!isStopping) for (const database of databases) if (!own.has(database)) own.set(database, open(database))
  }
  function lookAgain(): void {
    looking = look()
      .catch((error: unknown) => log.warn({ err: error }, 'the databases of single tenants could not be listed'))
      .finally(() => {
        if (!isStopping) timer = setTimeout(lookAgain, pollMs)
      })
  }

  return {
    start() {
      common.start()
      if (isDedicated) lookAgain()
    },
    async inEach(work) {
      await everyStep(
        [...own.values()].map(
          ({ pool: each }) =>
            async () =>
              work(each),
        ),
      )
    },
    async stop() {
      isStopping = true
      clearTimeout(timer)
      await looking
      await Promise.all([common.stop(), ...[...own.values()].map(close)])
    },
  }
}
