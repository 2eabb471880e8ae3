// Durable events per second into the collector, beside the same rows inserted straight into ClickHouse.
import { Pool } from 'undici'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { until, type RunningSystem } from '#ops/e2e/system.ts'
import type { Figures } from './figure.ts'

const seconds = 8
const singleConnections = 64
const batchConnections = 6
const batchSize = 1000
const singleGoal = 2500
const batchGoal = 60_000

type Event = {
  readonly eventId: string
  readonly event: string
  readonly occurredAt: string
  readonly userId: string
  readonly country: string
  readonly platform: string
  readonly appVersion: string
  readonly revenue?: { readonly amount: string; readonly currency: string }
  readonly properties: Readonly<Record<string, string | number>>
}

let made = 0
/** Every event is new: nothing is measured as a duplicate. */
function makeEvent(): Event {
  made += 1
  const common = {
    eventId: `bench-${process.pid}-${made}`,
    occurredAt: new Date(Date.now() - (made % 86_400) * 1000).toISOString(),
    userId: `user-${made % 50_000}`,
    country: made % 2 === 0 ? 'DE' : 'US',
    platform: 'ios',
    appVersion: '4.2.0',
    properties: { screen: 'checkout', step: made % 7, experiment: 'blue' },
  }
  return made % 5 === 0 ? { ...common, event: 'purchase', revenue: { amount: '4.99', currency: 'USD' } } : { ...common, event: 'level' }
}

export async function benchIngest(options: { system: RunningSystem; figures: Figures }): Promise<void> {
  const { system, figures } = options
  const key = system.demo.tenants[0]?.ingestKey ?? ''
  const pool = new Pool(system.demo.collectorUrl, { connections: singleConnections, pipelining: 1 })
  const send = async (events: readonly Event[]) => {
    const answer = await pool.request({
      path: '/v1/events',
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    })
    const body = (await answer.body.json()) as { accepted?: number }
    if (answer.statusCode !== 202 || body.accepted !== events.length)
      throw new Error(`the collector answered ${answer.statusCode} ${JSON.stringify(body).slice(0, 300)}`)
  }
  const raw = await rawInsertRate(system)
  await rate({ connections: singleConnections, perRequest: 1, forSeconds: 2, send })
  const single = await rate({ connections: singleConnections, perRequest: 1, forSeconds: seconds, send })
  figures.add({ name: 'ingest single posts', value: single, unit: 'durable events/s', ratio: single / singleGoal, against: `the goal of ${singleGoal}` })
  const batched = await rate({ connections: batchConnections, perRequest: batchSize, forSeconds: seconds, send })
  figures.add({ name: 'ingest batches of 1,000', value: batched, unit: 'durable events/s', ratio: batched / batchGoal, against: `the goal of ${batchGoal}` })
  figures.add({
    name: 'ingest batches beside a raw ClickHouse insert',
    value: batched,
    unit: 'events/s',
    ratio: batched / raw,
    against: `JSONEachRow inserts of 1,000 rows at ${Math.round(raw).toLocaleString('en-US')} rows/s`,
  })
  const accepted = made
  const began = performance.now()
  await until(async () => (await countEvents(system)) >= accepted, { what: 'all events in ClickHouse', timeoutMs: 300_000, ...system })
  figures.add({ name: 'ingest until all of it can be queried', value: (performance.now() - began) / 1000, unit: 's after the last post' })
  await pool.close()
}

async function rate(options: {
  connections: number
  perRequest: number
  forSeconds: number
  send: (events: readonly Event[]) => Promise<void>
}): Promise<number> {
  const began = performance.now()
  const end = began + options.forSeconds * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < end) {
      await options.send(Array.from({ length: options.perRequest }, makeEvent))
      done += options.perRequest
    }
  }
  await Promise.all(Array.from({ length: options.connections }, loop))
  return done / ((performance.now() - began) / 1000)
}

function owner(system: RunningSystem) {
  return readConfig.owner({ DATA_DIR: system.dataDir, PORT: String(system.port) })
}

async function countEvents(system: RunningSystem): Promise<number> {
  const config = owner(system)
  const client = createClickHouse(config.clickhouse)
  try {
    const answer = await client.query({
      query: `SELECT count() AS n FROM ${config.clickhouse.database}.events WHERE startsWith(event_id, 'bench-')`,
      format: 'JSONEachRow',
    })
    return Number((await answer.json<{ n: string }>())[0]?.n ?? 0)
  } finally {
    await client.close()
  }
}

/** The same shape of rows in batches of 1,000 over as many connections, into a copy of the table. */
async function rawInsertRate(system: RunningSystem): Promise<number> {
  const config = owner(system)
  const client = createClickHouse(config.clickhouse)
  const table = `${config.clickhouse.database}.bench_events`
  await client.command({ query: `CREATE TABLE ${table} AS ${config.clickhouse.database}.events` })
  const at = new Date().toISOString().replace('T', ' ').replace('Z', '')
  const insert = async (events: readonly Event[]) => {
    const values = events.map((event) => ({
      tenant_id: '11111111-1111-4111-8111-111111111111',
      app_id: '22222222-2222-4222-8222-222222222222',
      user_id: event.userId,
      event: event.event,
      occurred_at: at,
      recorded_at: at,
      event_id: event.eventId,
      platform: event.platform,
      country: event.country,
      app_version: event.appVersion,
      revenue: event.revenue?.amount ?? '0',
      original_amount: event.revenue?.amount ?? '0',
      original_currency: 'USD',
      properties: event.properties,
    }))
    await client.insert({ table, values, format: 'JSONEachRow' })
  }
  try {
    return await rate({ connections: batchConnections, perRequest: batchSize, forSeconds: seconds / 2, send: insert })
  } finally {
    await client.command({ query: `DROP TABLE ${table}` })
    await client.close()
    made = 0
  }
}
