// Streams with many subscribers: how long an event takes to them, what a delivery and an idle subscription cost, and whether who comes back misses any.
import { loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { Pool } from 'undici'
import { WebSocket } from 'ws'
import type { RunningSystem } from '#ops/e2e/system.ts'
import { quantile, type Figures } from './figure.ts'
import { login } from './live.ts'
import type { BareAnswer, BareCommand } from './streams/bareServer.ts'
import { benchLiveQueries } from './streams/liveQueries.ts'
import { startHelper, usageOf, type Helper } from './streams/startHelper.ts'
import { keptBytes } from './streams/keptBytes.ts'
import type { SubscribersAnswer, SubscribersCommand } from './streams/subscribers.ts'

const QUERY = 'subscription Live { conversions(from: { position: END }) { cursor entries { id event userId revenue { amount currency } } } }'
/** Offered: 20 events every 20 ms. */
const BATCH = 20
const BATCH_PAUSE_MS = 20
const LATENCY_MS = 15_000
/** Deliveries that are offered in a second to all subscribers together, by events one at a time; three quarters of what a bare server does now, if less. */
const OFFERED_DELIVERIES = 60_000
const SHARE_OF_BARE = 0.75
/** About what a frame of QUERY has. */
const FRAME_CHARACTERS = 400
const BARE_DELIVERIES = 100_000
const DELIVERY_MS = 10_000
/** What one viewer may have open. */
const MAX_SOCKETS = 1_000
const IDLE_SOCKETS = 450
const WARM_SOCKETS = 50
const RECONNECTS = 50
const SETTLE_MS = 2_000
const ARRIVAL_MS = 60_000

type World = {
  readonly system: RunningSystem
  readonly figures: Figures
  readonly authorization: string
  readonly post: (userIds: readonly string[]) => Promise<void>
}
type Subscribers = Helper<SubscribersCommand, SubscribersAnswer>

export async function benchStreams({ system, figures }: { readonly system: RunningSystem; readonly figures: Figures }): Promise<void> {
  const tenant = system.demo.tenants[0]
  if (tenant === undefined) throw new Error('the demo has no tenant')
  const pool = new Pool(system.demo.collectorUrl, { connections: 16 })
  const token = await login(
    system,
    tenant.users.find(({ role }) => role === 'owner'),
  )
  const post = async (userIds: readonly string[]): Promise<void> => {
    const occurredAt = new Date().toISOString()
    const purchase = (userId: string) => ({ eventId: crypto.randomUUID(), event: 'purchase', occurredAt, userId, revenue: { amount: '4.99', currency: 'USD' } })
    const headers = { authorization: `Bearer ${tenant.ingestKey}`, 'content-type': 'application/json' }
    const answer = await pool.request({ path: '/v1/events', method: 'POST', headers, body: JSON.stringify(userIds.map(purchase)) })
    const body = await answer.body.text()
    if (answer.statusCode !== 202) throw new Error(`the collector answered ${answer.statusCode} ${body.slice(0, 300)}`)
  }
  const world: World = { system, figures, authorization: `Bearer ${token}`, post }
  try {
    await idle(world)
    await offered(world)
    for (const count of [1_000, 5_000]) await delivered(world, count)
    await reconnected(world)
    await benchLiveQueries({ system, figures })
  } finally {
    await pool.close()
  }
  figures.add({ name: 'load of the machine at the end, over a minute', value: loadavg()[0] ?? 0, unit: 'processes' })
}

const startSubscribers = (): Subscribers => startHelper(new URL('./streams/subscribers.ts', import.meta.url))

/** The time of its post is in the user's id, which both processes read by the same clock. */
const stamped = (count: number): string[] => Array.from({ length: count }, () => `at-${Date.now()}-${crypto.randomUUID()}`)

/** Posts every so often, whether or not the post before was answered. Answers how long answers took, and events in a second. */
async function postFor(world: World, { events, everyMs, forMs }: { readonly events: number; readonly everyMs: number; readonly forMs: number }) {
  const answered: number[] = []
  const running: Promise<void>[] = []
  const begun = performance.now()
  for (let round = 1; performance.now() - begun < forMs; round += 1) {
    const at = performance.now()
    running.push(world.post(stamped(events)).then(() => void answered.push(performance.now() - at)))
    await wait(Math.max(0, begun + round * everyMs - performance.now()))
  }
  await Promise.all(running)
  return { answered, events: answered.length * events, perSecond: (answered.length * events * 1000) / (performance.now() - begun) }
}

/** Subscribed for certain: from the end, so only what is posted once it stands arrives. */
async function begun(world: World, subscribers: Subscribers, count: number): Promise<void> {
  for (let seen = 0; seen < count;) {
    await world.post(['warm-up'])
    await wait(SETTLE_MS)
    seen = (await subscribers.ask({ kind: 'count' })).frames
  }
}

async function offered(world: World): Promise<void> {
  const subscribers = startSubscribers()
  try {
    const { authorization, system, figures } = world
    await subscribers.ask({ kind: 'open', url: system.demo.wsUrl, authorization, queries: [QUERY], sockets: 1, each: 1 })
    await begun(world, subscribers, 1)
    const { answered, events, perSecond } = await postFor(world, { events: BATCH, everyMs: BATCH_PAUSE_MS, forMs: LATENCY_MS })
    const latencies = await arrivals(subscribers, events)
    figures.add({ name: `events taken per second, offered ${(BATCH * 1000) / BATCH_PAUSE_MS}`, value: perSecond, unit: '/s' })
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const)
      figures.add({
        name: `event to subscriber at that rate, ${name}`,
        value: quantile(latencies, share),
        unit: 'ms',
        ratio: quantile(latencies, share) / quantile(answered, share),
        against: `the collector's own answers (${quantile(answered, share).toFixed(1)} ms)`,
      })
  } finally {
    await subscribers.end()
  }
}

/** Waits until the first subscription has had them all. */
async function arrivals(subscribers: Subscribers, events: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + ARRIVAL_MS
  while (latencies.length < events && performance.now() < end) {
    await wait(100)
    latencies.push(...(await subscribers.ask({ kind: 'count' })).latencies)
  }
  if (latencies.length !== events) throw new Error(`${latencies.length} of ${events} events arrived`)
  return latencies
}

/** What idle subscriptions take, one on each socket and then more, of a gateway that has had none yet. */
async function idle({ authorization, system, figures }: World): Promise<void> {
  const gateway = system.pidOf('gateway')
  const subscribers = startSubscribers()
  const bare = startHelper<BareCommand, BareAnswer>(new URL('./streams/bareServer.ts', import.meta.url))
  try {
    const { port } = await bare.ask({ kind: 'listen' })
    const growth = async (url: string, each: number, read: () => Promise<number>): Promise<number> => {
      const before = await read()
      await subscribers.ask({ kind: 'open', url, authorization, queries: [QUERY], sockets: IDLE_SOCKETS, each })
      await wait(SETTLE_MS)
      return (await read()) - before
    }
    const ofGateway = async () => usageOf(gateway).rssBytes
    const ofBare = async () => (await bare.ask({ kind: 'measure' })).rssBytes
    // What a process takes once, however many come.
    for (const url of [system.demo.wsUrl, `ws://127.0.0.1:${port}`]) {
      await subscribers.ask({ kind: 'open', url, authorization, queries: [QUERY], sockets: WARM_SOCKETS, each: 1 })
      await wait(SETTLE_MS)
      await subscribers.ask({ kind: 'close' })
    }
    for (const each of [1, 10]) {
      const ours = (await growth(system.demo.wsUrl, each, ofGateway)) / IDLE_SOCKETS / each
      const theirs = (await growth(`ws://127.0.0.1:${port}`, each, ofBare)) / IDLE_SOCKETS / each
      figures.add({
        name: `memory of an idle subscription, ${each} on each of ${IDLE_SOCKETS} sockets`,
        value: ours / 1024,
        unit: 'KiB',
        ratio: ours / theirs,
        against: `a bare ws server (${(theirs / 1024).toFixed(1)} KiB)`,
      })
    }
    await subscribers.ask({ kind: 'close' })
    // Most of what a process takes meanwhile is garbage of the beginnings, which it collects when it pleases.
    for (const each of [1, 10]) {
      const kept = (await growth(system.demo.wsUrl, each, async () => keptBytes(gateway))) / IDLE_SOCKETS / each
      figures.add({ name: `of that kept after a collection, ${each} on each of ${IDLE_SOCKETS} sockets`, value: kept / 1024, unit: 'KiB of heap' })
    }
  } finally {
    await subscribers.end()
    await bare.end()
  }
}

async function delivered(world: World, count: number): Promise<void> {
  const { authorization, system, figures } = world
  const gateway = system.pidOf('gateway')
  const bare = await bareDelivered(count)
  const offered = Math.min(OFFERED_DELIVERIES, bare.perSecond * SHARE_OF_BARE)
  const subscribers = startSubscribers()
  const sockets = Math.min(count, MAX_SOCKETS)
  try {
    await subscribers.ask({ kind: 'open', url: system.demo.wsUrl, authorization, queries: [QUERY], sockets, each: count / sockets })
    await begun(world, subscribers, count)
    const [cpuBefore, started] = [usageOf(gateway).cpuUs, performance.now()]
    await postFor(world, { events: 1, everyMs: (count * 1000) / offered, forMs: DELIVERY_MS })
    const latencies: number[] = []
    let [frames, at] = [0, performance.now()]
    do {
      await wait(50)
      const counted = await subscribers.ask({ kind: 'count' })
      latencies.push(...counted.latencies)
      if (counted.frames > 0) at = performance.now()
      frames += counted.frames
    } while (performance.now() - at < SETTLE_MS)
    const [cpuUs, perSecond] = [usageOf(gateway).cpuUs - cpuBefore, (frames * 1000) / (at - started)]
    const name = `${count} subscribers on ${sockets} sockets`
    figures.add({
      name: `deliveries to ${name}, offered ${Math.round(offered)}`,
      value: perSecond,
      unit: '/s',
      ratio: perSecond / bare.perSecond,
      against: `a bare ws server flat out (${Math.round(bare.perSecond)} /s)`,
    })
    figures.add({
      name: `gateway's CPU of a delivery to ${name}`,
      value: cpuUs / frames,
      unit: 'µs',
      ratio: cpuUs / frames / bare.cpuUs,
      against: `the bare server (${bare.cpuUs.toFixed(1)} µs)`,
    })
    figures.add({ name: `event to one of ${name}, p50`, value: quantile(latencies, 0.5), unit: 'ms' })
    figures.add({ name: `event to one of ${name}, p99`, value: quantile(latencies, 0.99), unit: 'ms' })
  } finally {
    await subscribers.end()
  }
}

/** As many frames as fast as it can, by a server that does nothing else. */
async function bareDelivered(count: number): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const server = startHelper<BareCommand, BareAnswer>(new URL('./streams/bareServer.ts', import.meta.url))
  const subscribers = startSubscribers()
  try {
    const { port } = await server.ask({ kind: 'listen' })
    const sockets = Math.min(count, MAX_SOCKETS)
    await subscribers.ask({ kind: 'open', url: `ws://127.0.0.1:${port}`, authorization: '', queries: [QUERY], sockets, each: count / sockets })
    await wait(SETTLE_MS)
    const open = await server.ask({ kind: 'measure' })
    if (open.subscriptions !== count) throw new Error(`the bare server has ${open.subscriptions} of ${count} subscriptions`)
    const times = BARE_DELIVERIES / count
    const begun = performance.now()
    const { cpuUs } = await server.ask({ kind: 'send', text: JSON.stringify({ data: 'x'.repeat(FRAME_CHARACTERS) }), times })
    let seen = (await subscribers.ask({ kind: 'count' })).frames
    while (seen < times * count) {
      await wait(10)
      seen += (await subscribers.ask({ kind: 'count' })).frames
    }
    return { perSecond: (seen * 1000) / (performance.now() - begun), cpuUs: cpuUs / seen }
  } finally {
    await subscribers.end()
    await server.end()
  }
}

type Frame = { readonly conversions: { readonly cursor: string; readonly entries: readonly { readonly userId: string | null }[] } | null }

/** Comes back many times while events come, and recounts by the users that were posted. */
async function reconnected({ system, figures, authorization, post }: World): Promise<void> {
  const posted: string[] = []
  const seen: string[] = []
  let cursor: string | null = null
  let isOver = false
  const posting = (async () => {
    for (; !isOver; await wait(5)) {
      const userId = `back-${posted.length}`
      await post([userId])
      posted.push(userId)
    }
  })()
  const follow = async (isEnough: () => boolean): Promise<void> => {
    const client = createClient({ url: system.demo.wsUrl, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 })
    const query = 'subscription ($after: Cursor) { conversions(after: $after) { cursor entries { userId } } }'
    for await (const { data } of client.iterate<Frame>({ query, variables: { after: cursor } })) {
      if (data?.conversions == null) throw new Error('the subscription failed')
      cursor = data.conversions.cursor
      seen.push(...data.conversions.entries.flatMap(({ userId }) => (userId?.startsWith('back-') === true ? [userId] : [])))
      if (isEnough()) break
    }
    // Without a goodbye, as a lost connection has none.
    client.terminate()
  }
  const start = performance.now()
  try {
    for (let count = 0; count <= RECONNECTS; count += 1) {
      const until = seen.length + 1 + (count % 7)
      await follow(() => seen.length >= until)
    }
  } finally {
    isOver = true
    await posting
  }
  const seconds = (performance.now() - start) / 1000
  const last = posted.length - 1
  if (seen.at(-1) !== `back-${last}`) await follow(() => seen.at(-1) === `back-${last}`)
  // From where it first began, every one that was posted, in order and once.
  const first = Number(seen[0]?.slice('back-'.length))
  const counts = new Map<string, number>()
  for (const userId of seen) counts.set(userId, (counts.get(userId) ?? 0) + 1)
  const missing = posted.slice(first).filter((userId) => !counts.has(userId)).length
  figures.add({
    name: `${RECONNECTS} reconnects with cursor in ${seconds.toFixed(0)} s, ${posted.length - first} conversions: missing`,
    value: missing,
    unit: 'conversions',
  })
  figures.add({ name: 'the same: repeated', value: [...counts.values()].filter((count) => count > 1).length, unit: 'conversions' })
}
