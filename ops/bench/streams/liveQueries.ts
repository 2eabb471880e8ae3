// Live queries: what a change costs when one watches and when a thousand do, and when a thousand questions are watched by ten thousand.
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import type { Figures } from '../figure.ts'
import { login } from '../live.ts'
import { startHelper, type Helper } from './startHelper.ts'
import type { SubscribersAnswer, SubscribersCommand } from './subscribers.ts'
import { cpuOfTree } from './treeUsage.ts'

export type LiveSizes = {
  /** Of one question. */
  readonly watchers: number
  readonly questions: number
  /** Of all questions together. */
  readonly subscriptions: number
  /** Changes of each part, one a second. */
  readonly changes: number
}

const FULL: LiveSizes = { watchers: 1_000, questions: 1_000, subscriptions: 10_000, changes: 20 }
const SOCKETS = 250
/** Below what one viewer may have open upstream. */
const QUESTIONS_OF_ONE = 150
const QUESTIONS_ON_SOCKET = 40
const EVERY_MS = 1_000
const SETTLE_MS = 2_000
const FIRST_ANSWERS_MS = 300_000
const PROCESSES = ['gateway', 'analytics', 'ClickHouse', 'PostgreSQL'] as const

const RANGE = 'range: { last: 7, unit: DAY, includeCurrent: true }, timeZone: "UTC"'
const ONE = `subscription { metrics(input: { ${RANGE}, groupBy: [{ time: DAY }, { dimension: EVENT }] }) { rows { time { start } event purchases revenue } totals { purchases } } }`
const version = (nth: number): string => `1.${nth}`
const ofVersion = (nth: number): string =>
  `subscription { metrics(input: { ${RANGE}, where: { appVersion: { eq: "${version(nth)}" } } }) { totals { purchases revenue } } }`

type Subscribers = Helper<SubscribersCommand, SubscribersAnswer>
type World = { readonly system: RunningSystem; readonly figures: Figures; readonly sizes: LiveSizes; readonly tenants: readonly Tenant[] }
type Tenant = { readonly keys: readonly string[]; readonly ingestKey: string }
type Used = { readonly all: number; readonly of: Readonly<Record<(typeof PROCESSES)[number], number>> }
/** What the server's processes used in microseconds of CPU, and the answers that came, in so many seconds. */
type Measured = { readonly used: Used; readonly frames: number; readonly seconds: number }

export async function benchLiveQueries({ system, figures }: Pick<World, 'system' | 'figures'>, sizes = FULL): Promise<void> {
  const keysOfOne = Math.ceil(sizes.questions / system.demo.tenants.length / QUESTIONS_OF_ONE)
  const tenants = await Promise.all(
    system.demo.tenants.map(async ({ users, ingestKey }) => {
      const owner = await login(
        system,
        users.find(({ role }) => role === 'owner'),
      )
      return { ingestKey, keys: await Promise.all(Array.from({ length: keysOfOne }, async () => newKey(system, owner))) }
    }),
  )
  const world = { system, figures, sizes, tenants }
  await oneQuestion(world)
  await manyQuestions(world)
}

async function newKey(system: RunningSystem, owner: string): Promise<string> {
  const query = 'mutation { createKey(input: { kind: API, name: "Bench" }) { text } }'
  const { data, errors } = await ask(system, { query, authorization: owner })
  if (errors !== undefined) throw new Error(`the key was not made: ${JSON.stringify(errors)}`)
  return (data as { createKey: { text: string } }).createKey.text
}

async function post({ system }: World, { ingestKey }: Tenant, versions: readonly number[]): Promise<void> {
  const occurredAt = new Date().toISOString()
  const events = versions.map((nth) => ({
    eventId: crypto.randomUUID(),
    event: 'purchase',
    occurredAt,
    userId: `user-${nth}`,
    appVersion: version(nth),
    revenue: { amount: '4.99', currency: 'USD' },
  }))
  const headers = { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json' }
  const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })
  if (answer.status !== 202) throw new Error(`the collector answered ${answer.status} ${await answer.text()}`)
}

function used({ system }: World): Used {
  const of = Object.fromEntries(PROCESSES.map((name) => [name, cpuOfTree(system.pidOf(name))])) as Record<(typeof PROCESSES)[number], number>
  return { all: cpuOfTree(system.supervisor.pid ?? 0), of }
}

/** Changes once a second, whether or not the answers to the change before have come. */
async function measured(world: World, subscribers: Subscribers, change: (nth: number) => Promise<void>): Promise<Measured> {
  await subscribers.ask({ kind: 'count' })
  const [before, begun] = [used(world), performance.now()]
  const running: Promise<void>[] = []
  for (let nth = 0; nth < world.sizes.changes; nth += 1) {
    running.push(change(nth))
    await wait(Math.max(0, begun + (nth + 1) * EVERY_MS - performance.now()))
  }
  await Promise.all(running)
  const [after, seconds] = [used(world), (performance.now() - begun) / 1000]
  await wait(SETTLE_MS)
  const { frames } = await subscribers.ask({ kind: 'count' })
  const of = Object.fromEntries(PROCESSES.map((name) => [name, after.of[name] - before.of[name]])) as Record<(typeof PROCESSES)[number], number>
  return { used: { all: after.all - before.all, of }, frames, seconds }
}

/** Every subscription has had its first answer. */
async function answered(subscribers: Subscribers, { subscriptions, already }: { readonly subscriptions: number; readonly already: number }): Promise<void> {
  const end = performance.now() + FIRST_ANSWERS_MS
  for (let seen = already; seen < subscriptions;) {
    await wait(200)
    seen += (await subscribers.ask({ kind: 'count' })).frames
    if (performance.now() > end) throw new Error(`${seen} of ${subscriptions} subscriptions were answered`)
  }
}

async function oneQuestion(world: World): Promise<void> {
  const { system, figures, sizes, tenants } = world
  const [tenant] = tenants
  const [key] = tenant?.keys ?? []
  if (tenant === undefined || key === undefined) throw new Error('the demo has no tenant')
  const watchedBy = async (watchers: number): Promise<Measured> => {
    const subscribers: Subscribers = startHelper(new URL('./subscribers.ts', import.meta.url))
    try {
      await post(world, tenant, [0])
      const sockets = Math.min(watchers, SOCKETS)
      const each = Math.ceil(watchers / sockets)
      const { frames } = await subscribers.ask({ kind: 'open', url: system.demo.wsUrl, authorization: `Bearer ${key}`, queries: [ONE], sockets, each })
      await answered(subscribers, { subscriptions: sockets * each, already: frames })
      await wait(SETTLE_MS)
      return await measured(world, subscribers, async () => post(world, tenant, [0]))
    } finally {
      await subscribers.end()
    }
  }
  await watchedBy(1)
  const [one, many] = [await watchedBy(1), await watchedBy(sizes.watchers)]
  const perChange = ({ used }: Measured) => used.all / sizes.changes / 1000
  figures.add({ name: 'answers to one watcher of a live query that changes once a second', value: one.frames / sizes.changes, unit: 'per change' })
  figures.add({
    name: `server processes’ CPU of a change that ${sizes.watchers} watch`,
    value: perChange(many),
    unit: 'ms',
    ratio: many.used.all / one.used.all,
    against: `one watcher (${perChange(one).toFixed(0)} ms, everything of that second included)`,
  })
  figures.add({ name: `answers to ${sizes.watchers} watchers`, value: many.frames / sizes.changes, unit: 'per change' })
  for (const name of PROCESSES)
    figures.add({
      name: `of that ${name}`,
      value: many.used.of[name] / sizes.changes / 1000,
      unit: 'ms',
      ratio: many.used.of[name] / Math.max(1, one.used.of[name]),
      against: 'one watcher',
    })
}

/** Each question is answered once before others watch it too, as it would be where they come one after the other. Answers how many subscriptions stand. */
async function openMany({ system, sizes, tenants }: World, { subscribers, own }: { readonly subscribers: Subscribers; readonly own: number }): Promise<number> {
  const parts = tenants.flatMap(({ keys }) =>
    keys.flatMap((key, nth) => {
      const queries = Array.from({ length: own }, (_, index) => index).filter((index) => index % keys.length === nth)
      const inParts = Array.from({ length: Math.ceil(queries.length / QUESTIONS_ON_SOCKET) }, (_, part) =>
        queries.slice(part * QUESTIONS_ON_SOCKET, (part + 1) * QUESTIONS_ON_SOCKET),
      )
      return inParts.map((part) => ({ key, queries: part.map(ofVersion) }))
    }),
  )
  let opened = 0
  const open = async ({ key, queries }: (typeof parts)[number], sockets: number): Promise<void> => {
    const each = queries.length
    const { frames } = await subscribers.ask({ kind: 'open', url: system.demo.wsUrl, authorization: `Bearer ${key}`, queries, sockets, each })
    opened += sockets * each
    await answered(subscribers, { subscriptions: sockets * each, already: frames })
  }
  for (const part of parts) await open(part, 1)
  const more = Math.max(0, Math.round((sizes.subscriptions - opened) / opened))
  if (more > 0) for (const part of parts) await open(part, more)
  await wait(SETTLE_MS)
  return opened
}

async function manyQuestions(world: World): Promise<void> {
  const { figures, sizes, tenants } = world
  const subscribers: Subscribers = startHelper(new URL('./subscribers.ts', import.meta.url))
  const own = Math.ceil(sizes.questions / tenants.length)
  try {
    const opened = await openMany(world, { subscribers, own })
    const every = Array.from({ length: own }, (_, index) => index)
    for (const [what, versionsOf] of [
      ['one of the answers of each tenant changes a second', (nth: number) => [nth % own]],
      ['every answer changes a second', () => every],
    ] as const) {
      const { used, frames, seconds } = await measured(world, subscribers, async (nth) => {
        await Promise.all(tenants.map(async (tenant) => post(world, tenant, versionsOf(nth))))
      })
      const name = `${opened} subscriptions of ${own * tenants.length} live queries of ${tenants.length} tenants, ${what}`
      const cores = Math.min(2, availableParallelism())
      figures.add({ name: `${name}: server processes’ CPU`, value: used.all / 1e4 / seconds / cores, unit: '% of two cores' })
      for (const each of PROCESSES) figures.add({ name: `of that ${each}`, value: used.of[each] / 1e4 / seconds / cores, unit: '% of two cores' })
      figures.add({ name: 'answers that came', value: frames / seconds, unit: '/s' })
    }
  } finally {
    await subscribers.end()
  }
}
