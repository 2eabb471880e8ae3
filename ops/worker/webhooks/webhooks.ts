import { CONVERSIONS_CHANNEL } from '#db/conversions/notifyConversions.ts'
import type { Vault } from '#db/crypto/vault.ts'
import { listenForMessages, type Listener } from '#db/outbox/listen.ts'
import type { Pool } from '#db/pool.ts'
import type { WebhookPlace } from '#db/webhooks/endpoints.ts'
import { findWork } from '#db/webhooks/findWork.ts'
import { takeTurn } from '#db/webhooks/takeTurn.ts'
import { createAlarm, type Alarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'
import { createHostResolver, type ResolveHost } from '#ops/security/outsideTarget.ts'
import { createDeliver } from './deliver.ts'
import { createLane, type Lane } from './lane.ts'
import { createPlaces } from './places.ts'
import { createPoster } from './post.ts'

export type WebhooksOptions = {
  /** Role umg_worker of the common database: where there is something to do. */
  readonly worker: Pool
  /** Does the same in each database that a tenant has for itself. Default: there are none. */
  readonly inEach?: (work: (pool: Pool) => Promise<unknown>) => Promise<void>
  /** Role umg_app, which leads each tenant to where its rows are. */
  readonly pool: Pool
  readonly vault: Vault
  /** Seals cursors. */
  readonly cursorKey: string
  /** A connection of its own for LISTEN; null polls alone. */
  readonly listenUrl: string | null
  /** Networks that may be sent to although they are not of the whole internet. */
  readonly allowedNetworks: readonly string[]
  readonly log: Logger
  /** Works for these tenants alone. Default: all. */
  readonly tenants?: readonly string[]
  readonly now?: () => Date
  /** In [0, 1). */
  readonly random?: () => number
  /** Default: DNS. */
  readonly resolve?: ResolveHost
  /** Trusted beside the public authorities; for tests. */
  readonly ca?: string
  /** How often it looks without being woken. Default 1000. */
  readonly pollMs?: number
  /** Until an answer's status. Default 5000. */
  readonly timeoutMs?: number
  /** Requests at the same time, to one endpoint and to all. Defaults 8 and 400. */
  readonly concurrency?: number
  readonly maxSending?: number
  /** What a worker has taken comes again after this long without a word of it; many times `timeoutMs`. Default 30,000. */
  readonly leaseMs?: number
  /** How often an endpoint that only fails is tried. Default 60,000. */
  readonly probeMs?: number
}

export type Webhooks = {
  readonly start: () => void
  /** Does everything that is due now; for tests. */
  readonly drain: () => Promise<void>
  /** Begins nothing more, gives back what was not begun, and waits for what is on its way. */
  readonly stop: () => Promise<void>
}

const POLL_MS = 1_000
/** Notices that come while it looks, and just afterwards, are answered by one more look. */
const REST_MS = 20

/** Posts the tenants' logs of conversions to their endpoints, at least once and each apart from the others. Several workers may do it. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { worker, log, now = () => new Date(), random = Math.random, pollMs = POLL_MS } = options
  const { timeoutMs = 5_000, concurrency = 8, maxSending = 400, leaseMs = 30_000, probeMs = 60_000 } = options
  const poster = createPoster({
    allowedNetworks: options.allowedNetworks,
    resolve: options.resolve ?? createHostResolver(),
    timeoutMs,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })
  const deliver = createDeliver({ poster, places: createPlaces(maxSending), timeoutMs, cursorKey: options.cursorKey, isStopping: () => isStopping, now })
  const lanes = new Map<string, { readonly lane: Lane; readonly done: Promise<void> }>()
  const alarm = createAlarm()
  let isStopping = false
  let loop: Promise<void> = Promise.resolve()
  let listener: Listener | null = null

  function begin(place: WebhookPlace): void {
    const key = `${place.tenantId} ${place.id}`
    if (isStopping) return
    const known = lanes.get(key)
    if (known !== undefined) {
      known.lane.poke()
      return
    }
    const turnOptions = { pool: options.pool, vault: options.vault, random, leaseMs, probeMs }
    const lane = createLane(place, {
      turn: (asked) => takeTurn(turnOptions, place, asked),
      deliver: (destination, taken) => deliver(place.tenantId, destination, taken),
      concurrency,
      isStopping: () => isStopping,
      now,
      log,
    })
    const done = lane
      .run()
      // What it had taken comes again when its lease ends.
      .catch((error: unknown) => log.warn({ err: error, ...place }, 'deliveries of a webhook could not be gone on with'))
      .finally(() => {
        lanes.delete(key)
        alarm.ring()
      })
    lanes.set(key, { lane, done })
  }

  /** Answers how many endpoints have something to do. */
  async function look(): Promise<number> {
    let found = 0
    const beginAll = async (pool: Pool): Promise<void> => {
      const own = (await findWork(pool, now())).filter(({ tenantId }) => options.tenants?.includes(tenantId) ?? true)
      own.forEach(begin)
      found += own.length
    }
    await beginAll(worker)
    await options.inEach?.(beginAll)
    return found
  }
  const run = () => repeat(look, { alarm, pollMs, log, isStopping: () => isStopping })
  return {
    start() {
      if (options.listenUrl !== null) listener = listenForMessages({ url: options.listenUrl, channel: CONVERSIONS_CHANNEL, onMessage: alarm.ring, log })
      loop = run()
    },
    async drain() {
      while ((await look()) > 0) await Promise.all([...lanes.values()].map(({ done }) => done))
    },
    async stop() {
      isStopping = true
      alarm.ring()
      await Promise.all([loop, listener?.stop()])
      await Promise.all([...lanes.values()].map(({ done }) => done))
      poster.close()
    },
  }
}

type Repeating = { readonly alarm: Alarm; readonly pollMs: number; readonly log: Logger; readonly isStopping: () => boolean }

/** Looks whenever the alarm rings, and without it after a while. */
async function repeat(look: () => Promise<unknown>, { alarm, pollMs, log, isStopping }: Repeating): Promise<void> {
  while (!isStopping()) {
    alarm.reset()
    await look().catch((error: unknown) => log.warn({ err: error }, 'webhooks could not be looked for'))
    if (isStopping()) return
    await new Promise((resolve) => void setTimeout(resolve, REST_MS))
    await alarm.wait(pollMs)
  }
}
