// From a posted event to the subscriber's frame, with the campaign's name from its own subgraph, through the gateway's socket.
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { Pool } from 'undici'
import type { RunningSystem } from '#ops/e2e/system.ts'
import { quantile, type Figures } from './figure.ts'

const warmUps = 30
const samples = 300
/** Between two posts: about what a busy small tenant sends, and below what would queue. */
const pauseMs = 20
const waitMs = 10_000
/** From the end: what is posted before the subscription stands is not promised, so another is posted until one arrives. */
const beginWaitMs = 1_000
const maxBegins = 20

const LIVE = 'subscription Live { conversions(from: { position: END }) { cursor entries { id event userId revenue { amount currency } campaign { name } } } }'

type Frame = {
  readonly conversions: { readonly entries: readonly { readonly userId: string | null; readonly campaign: { readonly name: string | null } | null }[] } | null
}

export async function benchLive({ system, figures }: { readonly system: RunningSystem; readonly figures: Figures }): Promise<void> {
  const tenant = system.demo.tenants[0]
  if (tenant === undefined) throw new Error('the demo has no tenant')
  const campaign = await firstCampaign(system, tenant.apiKey)
  // An owner sees whose conversion it is; the demo's API key does not.
  const token = await login(
    system,
    tenant.users.find((user) => user.role === 'owner'),
  )
  const client = createClient({
    url: system.demo.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    retryAttempts: 0,
  })
  const pool = new Pool(system.demo.collectorUrl, { connections: 4 })
  const arrived = new Map<string, (named: boolean) => void>()
  const stop = client.subscribe<Frame>(
    { query: LIVE },
    {
      next: ({ data }) => {
        for (const entry of data?.conversions?.entries ?? [])
          arrived.get(entry.userId ?? '')?.(entry.campaign?.name !== undefined && entry.campaign?.name !== null)
      },
      error: (error) => {
        throw new Error('the subscription failed', { cause: error })
      },
      complete: () => undefined,
    },
  )
  try {
    await begin((n) => once({ pool, key: tenant.ingestKey, campaign, userId: `bench-begin-${n}`, arrived, waitMs: beginWaitMs }))
    const posted: number[] = []
    const delivered: number[] = []
    for (let n = 0; n < warmUps + samples; n += 1) {
      const { postMs, deliveryMs } = await once({ pool, key: tenant.ingestKey, campaign, userId: `bench-live-${n}`, arrived, waitMs })
      if (n >= warmUps) {
        posted.push(postMs)
        delivered.push(deliveryMs)
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    figures.add({
      name: 'posted event to subscriber, p50',
      value: quantile(delivered, 0.5),
      unit: 'ms',
      ratio: quantile(delivered, 0.5) / quantile(posted, 0.5),
      against: `the collector's own answer to the same post (${quantile(posted, 0.5).toFixed(1)} ms)`,
    })
    figures.add({ name: 'posted event to subscriber, p95', value: quantile(delivered, 0.95), unit: 'ms' })
    figures.add({ name: 'posted event to subscriber, p99', value: quantile(delivered, 0.99), unit: 'ms' })
  } finally {
    stop()
    await client.dispose()
    await pool.close()
  }
}

async function begin(attempt: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 1; ; n += 1) {
    try {
      await attempt(n)
      return
    } catch (error) {
      if (n === maxBegins) throw error
    }
  }
}

type Delivery = {
  readonly pool: Pool
  readonly key: string
  readonly campaign: string
  readonly userId: string
  readonly arrived: Map<string, (named: boolean) => void>
  readonly waitMs: number
}

async function once({ pool, key, campaign, userId, arrived, waitMs }: Delivery): Promise<{ readonly postMs: number; readonly deliveryMs: number }> {
  const began = performance.now()
  const delivery = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the event of ${userId} did not arrive within ${waitMs} ms`)), waitMs)
    arrived.set(userId, (named) => {
      clearTimeout(timer)
      if (named) resolve(performance.now() - began)
      else reject(new Error(`the event of ${userId} arrived without its campaign's name`))
    })
  })
  const occurredAt = new Date().toISOString()
  const touch = { eventId: `${userId}-touch`, event: 'click', occurredAt, userId, touch: { kind: 'click', campaign } }
  const purchase = { eventId: `${userId}-purchase`, event: 'purchase', occurredAt, userId, revenue: { amount: '4.99', currency: 'USD' } }
  const answer = await pool.request({
    path: '/v1/events',
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify([touch, purchase]),
  })
  const body = await answer.body.text()
  if (answer.statusCode !== 202) throw new Error(`the collector answered ${answer.statusCode} ${body.slice(0, 300)}`)
  const postMs = performance.now() - began
  return { postMs, deliveryMs: await delivery }
}

export async function login(system: RunningSystem, user: { readonly email: string; readonly password: string } | undefined): Promise<string> {
  const answer = await fetch(`${system.demo.gatewayUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: user?.email, password: user?.password }),
  })
  const { accessToken } = (await answer.json()) as { accessToken?: string }
  if (accessToken === undefined) throw new Error(`the login answered ${answer.status}`)
  return accessToken
}

async function firstCampaign(system: RunningSystem, key: string): Promise<string> {
  const answer = await fetch(`${system.demo.gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ campaigns(first: 1) { id } }' }),
  })
  const { data } = (await answer.json()) as { data?: { campaigns?: readonly { id: string }[] } }
  const id = data?.campaigns?.[0]?.id
  if (id === undefined) throw new Error('the demo has no campaign')
  return id
}
