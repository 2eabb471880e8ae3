import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, until, type RunningSystem } from '../system.ts'
import { follow, join, type Follower } from './follower.ts'
import { createAccount, createGroupAccount, createLedger, type Ledger } from './ledger.ts'
import { startProducer } from './producer.ts'

export type StreamFaultsOptions = {
  readonly system: RunningSystem
  readonly perSecond: number
  /** Readers of the whole log, each from its own cursor. */
  readonly followers: number
  /** Groups, each with three members. */
  readonly groups: number
  /** Names of processes as lock.json has them, in the order in which they are killed. */
  readonly kills: readonly string[]
  /** Milliseconds of quiet before each kill. */
  readonly pauseMs: number
  readonly say: (line: string) => void
}

export type Kill = {
  readonly name: string
  /** Milliseconds from the kill until its process was there again. */
  readonly awayMs: number
  /** From then until the first of the readers with a cursor was given an entry, and until each of them was. */
  readonly firstDeliveryMs: number
  readonly everyDeliveryMs: number
}

export type StreamFaultsReport = {
  readonly accepted: number
  readonly sentTwice: number
  readonly lost: number
  readonly gaps: number
  /** By readers with a cursor, who must be given nothing twice. */
  readonly repeats: number
  readonly repeatsAfterAcknowledgement: number
  /** To groups, of what was not acknowledged; allowed. */
  readonly redeliveries: number
  readonly kills: readonly Kill[]
  readonly problems: readonly string[]
}

export const STREAM_PROCESSES = ['gateway', 'analytics', 'collector', 'worker', 'ClickHouse', 'PostgreSQL'] as const

const MEMBERS = 3
/** A viewer follows at most 200 streams. */
const FOLLOWERS_OF_ONE_KEY = 100
const MINUTES_MS = 60_000
/** Counting is work of the process that reads. */
const COUNT_MS = 1_000
const STALLED_MS = 60_000

/** Posts conversions and reads them in every way while processes are killed; then recounts. */
export async function runStreamFaults(options: StreamFaultsOptions): Promise<StreamFaultsReport> {
  const { system, perSecond, kills, say } = options
  const tenant = system.demo.tenants.find(({ slug }) => slug === 'globex')
  if (tenant === undefined) throw new Error('the demo has no tenant globex')
  const ledger = createLedger()
  const readers = await openReaders(options)
  const { collectorUrl } = system.demo
  const producer = startProducer({ collectorUrl, ingestKey: tenant.ingestKey, ledger, perSecond, redelivered: 0.05, run: randomUUID() })
  // A stream is silent until there is something in it.
  await until(() => readers.followers.every((follower) => follower.hasBegun()), { what: 'every reader to have begun', timeoutMs: 2 * MINUTES_MS, ...system })
  ledger.begin()
  say(`${readers.accounts.length} readers and ${readers.groups.length} groups of ${MEMBERS} read; ${perSecond} conversions a second`)
  const done: Kill[] = []
  for (const name of kills) {
    await wait(options.pauseMs)
    const kill = await killOne(system, { name, deliveredAt: readers.deliveredAt })
    done.push(kill)
    say(
      `killed ${name}: away ${Math.round(kill.awayMs)} ms, first delivery ${Math.round(kill.firstDeliveryMs)} ms later, to every reader ${Math.round(kill.everyDeliveryMs)}; ${ledger.accepted.size} accepted`,
    )
  }
  await wait(options.pauseMs)
  await producer.stop()
  say(`${ledger.accepted.size} accepted, all sent`)
  const sentAt = performance.now()
  const left = await untilAllArrived(() => countMissing(ledger.accepted, readers))
  say(left === 0 ? `all of it read ${Math.round((performance.now() - sentAt) / 1000)} s later` : `nothing more comes, and ${left} are missing`)
  await Promise.all(readers.followers.map((follower) => follower.stop()))
  return {
    accepted: ledger.accepted.size,
    sentTwice: producer.redeliveries(),
    lost: left,
    gaps: sum(readers.accounts.map((account) => account.gaps())),
    repeats: sum(readers.accounts.map((account) => account.repeats())),
    repeatsAfterAcknowledgement: sum(readers.groups.map((group) => group.repeatsAfterAcknowledgement())),
    redeliveries: sum(readers.groups.map((group) => group.redeliveries())),
    kills: done,
    problems: [...new Set([...readers.followers, ...readers.groups].flatMap(({ problems }) => problems))],
  }
}

type Readers = Awaited<ReturnType<typeof openReaders>>

async function openReaders({ system, followers, groups }: StreamFaultsOptions) {
  const keys = await makeKeys(system, Math.ceil(followers / FOLLOWERS_OF_ONE_KEY) + 1)
  const keyOf = (index: number): string => keys[index] ?? ''
  const { wsUrl, gatewayUrl } = system.demo
  const accounts = Array.from({ length: followers }, () => createAccount())
  const groupAccounts = Array.from({ length: groups }, () => createGroupAccount())
  const deliveredAt = accounts.map(() => 0)
  const alone = accounts.map((account, index) => {
    const onDelivery = (): void => void (deliveredAt[index] = performance.now())
    return follow({ wsUrl, apiKey: keyOf(Math.floor(index / FOLLOWERS_OF_ONE_KEY)), onDelivery, account })
  })
  const run = randomUUID().slice(0, 8)
  const members = groupAccounts.flatMap((account, index) =>
    Array.from({ length: MEMBERS }, () =>
      join({ wsUrl, gatewayUrl, apiKey: keyOf(keys.length - 1), onDelivery: () => undefined, account, group: `faults-${run}-${index}` }),
    ),
  )
  const all: readonly Follower[] = [...alone, ...members]
  return { accounts, groups: groupAccounts, followers: all, deliveredAt }
}

/** Readers may be far behind after so many kills: it waits as long as anything comes. Answers what is missing in the end. */
async function untilAllArrived(missing: () => number): Promise<number> {
  let [least, at] = [missing(), performance.now()]
  while (least > 0 && performance.now() - at < STALLED_MS) {
    await wait(COUNT_MS)
    const left = missing()
    if (left < least) [least, at] = [left, performance.now()]
  }
  return least
}

/** How many pairs of an accepted conversion and somebody who should have it are missing. */
function countMissing(accepted: Ledger['accepted'], { accounts, groups }: Readers): number {
  let missing = 0
  for (const amount of accepted.numbers()) {
    for (const account of accounts) if (!account.has(amount)) missing += 1
    for (const group of groups) if (!group.isDone(amount)) missing += 1
  }
  return missing
}

async function killOne(system: RunningSystem, { name, deliveredAt }: { readonly name: string; readonly deliveredAt: readonly number[] }): Promise<Kill> {
  const again = `✓ ${name} runs again`
  const before = system.output().split(again).length
  const killedAt = performance.now()
  process.kill(system.pidOf(name), 'SIGKILL')
  await until(() => system.output().split(again).length > before, { what: `${name} to run again`, timeoutMs: 2 * MINUTES_MS, ...system })
  const backAt = performance.now()
  let firstAt: number | null = null
  const wasEveryOneGiven = (): boolean => {
    firstAt ??= deliveredAt.find((at) => at > backAt) ?? null
    return deliveredAt.every((at) => at > backAt)
  }
  await until(wasEveryOneGiven, { what: `a delivery to every reader after ${name} was killed`, timeoutMs: 2 * MINUTES_MS, ...system })
  return { name, awayMs: backAt - killedAt, firstDeliveryMs: (firstAt ?? backAt) - backAt, everyDeliveryMs: performance.now() - backAt }
}

const CREATE_KEY = 'mutation Key($name: String!) { createKey(input: { kind: API, name: $name, scopes: ["conversions:read", "analytics:read"] }) { text } }'

async function makeKeys(system: RunningSystem, count: number): Promise<readonly string[]> {
  const owner = system.demo.tenants.find(({ slug }) => slug === 'globex')?.users.find(({ role }) => role === 'owner')
  const answer = await fetch(`${system.demo.gatewayUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: owner?.email, password: owner?.password }),
  })
  const { accessToken } = (await answer.json()) as { accessToken?: string }
  if (accessToken === undefined) throw new Error(`the login answered ${answer.status}`)
  const keys: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { data, errors } = await ask(system, { query: CREATE_KEY, variables: { name: `faults ${index}` }, authorization: accessToken })
    const key: unknown = data?.createKey?.text
    if (typeof key !== 'string') throw new Error(`no key was made: ${JSON.stringify(errors)}`)
    keys.push(key)
  }
  return keys
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
