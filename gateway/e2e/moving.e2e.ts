// A tenant of a running system goes to databases of its own and back, as its operator does it, while it is sent to and asked all the time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, runMain, startSystem, until, type RunningSystem } from '#ops/e2e/system.ts'
import { TestClient } from '../subscriptions/testing/testClient.ts'
import { enterDemoTenant, type EnteredTenant } from '../testing/enterTenant.ts'

const env = { TENANCY_MODE: 'dedicated', DEDICATED_DATABASES: '2' }
const USERS = 5
const DAY_MS = 86_400_000
const LIVE = 'subscription { log: conversions(from: { position: BEGINNING }) { entries { number: sequence } } }'

describe('moving a tenant of a running system', () => {
  let system: RunningSystem
  let acme: EnteredTenant
  let globex: EnteredTenant
  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'], env })
    acme = await enterDemoTenant(system, 'acme')
    globex = await enterDemoTenant(system, 'globex')
  })
  afterAll(async () => system?.remove())

  const command = (args: readonly string[], mode = env.TENANCY_MODE) => runMain('ops/move/server.ts', args, { ...system, env: { ...env, TENANCY_MODE: mode } })
  const move = (to: string) => command(['--tenant', 'acme', '--to', to])

  async function totalsOf({ apiKey }: EnteredTenant) {
    const [start, end] = [-1, 1].map((days) => new Date(Date.now() + days * DAY_MS).toISOString())
    const query = `{ metrics(input: { range: { start: "${start}", end: "${end}" }, timeZone: "UTC" }) { totals { purchases payers revenue } } }`
    const answer = await ask(system, { query, authorization: apiKey })
    expect(answer.errors).toBeUndefined()
    return answer.data.metrics.totals
  }

  /** Posts purchases until it is told to stop, the same again while it is refused. */
  function startPosting({ slug, ingestKey, app }: EnteredTenant) {
    const headers = { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json' }
    const refusals = new Set<string>()
    let isStopping = false
    let posted = 0
    const run = async (): Promise<number> => {
      while (!isStopping) {
        const events = Array.from({ length: USERS }, (_, user) => ({
          eventId: `${slug}-${posted}-${user}`,
          event: 'purchase',
          occurredAt: new Date().toISOString(),
          userId: `u-${user}`,
          app,
          revenue: { amount: '2', currency: 'USD' },
        }))
        for (;;) {
          const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })
          const body: any = await answer.json()
          if (answer.status === 202) {
            // What an answer that was lost had stored counts as a duplicate.
            expect(body.accepted + body.duplicates).toBe(USERS)
            break
          }
          expect(answer.status).toBe(503)
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
          refusals.add(body.error.code)
        }
        posted += 1
      }
      return posted * USERS
    }
    const done = run()
    return { stop: () => ((isStopping = true), done), refusals }
  }

  it('says what is missing', async () => {
    expect(await command(['--to', 'dedicated'])).toMatchObject({ code: 1, output: expect.stringContaining('--tenant says which tenant') })
    expect(await command(['--tenant', 'acme', '--to', 'mars'])).toMatchObject({ code: 1, output: expect.stringContaining('Usage:') })
    expect(await command(['--tenant', 'nobody', '--to', 'dedicated'])).toMatchObject({ code: 1, output: expect.stringContaining('no tenant nobody') })
    expect(await move('shared')).toMatchObject({ code: 1, output: expect.stringContaining('already') })
    expect(await command(['--tenant', 'acme', '--to', 'dedicated'], 'shared')).toMatchObject({
      code: 1,
      output: expect.stringContaining('TENANCY_MODE=dedicated'),
    })
  })

  it('loses and doubles nothing, while the worker is killed, and another tenant notices nothing', async () => {
    const client = await TestClient.connect(system.demo.wsUrl, { authorization: `Bearer ${acme.apiKey}` })
    client.subscribe('live', LIVE)
    const numbers = () => client.payloads('live').flatMap(({ data }) => data.log.entries.map((entry: { number: string }) => Number(entry.number)))
    const [posting, others] = [startPosting(acme), startPosting(globex)]
    await until(() => numbers().length > 0, { what: 'the live stream', timeoutMs: 60_000, ...system })
    const there = move('dedicated')
    // In the middle of the moment in which writers are refused.
    await until(() => posting.refusals.size > 0, { what: 'the writers to be refused', timeoutMs: 120_000, ...system })
    process.kill(system.pidOf('worker'), 'SIGKILL')
    expect(await there).toMatchObject({
      code: 0,
      output: expect.stringMatching(/acme is in databases of its own \(\d+\.\d s\)\. Its writers were refused for \d+\.\d s\./),
    })
    expect(await move('dedicated')).toMatchObject({ code: 1, output: expect.stringContaining('already') })
    expect(await move('shared')).toMatchObject({ code: 0, output: expect.stringMatching(/acme is in the common databases .* refused for \d+\.\d s\./) })
    const [posted, otherPosted] = [await posting.stop(), await others.stop()]
    expect([...posting.refusals]).toEqual(['TENANT_MOVING'])
    expect([...others.refusals]).toEqual([])
    for (const [tenant, count] of [
      [acme, posted],
      [globex, otherPosted],
    ] as const) {
      const totals = { purchases: String(count), payers: String(USERS), revenue: String(2 * count) }
      await until(async () => (await totalsOf(tenant)).purchases === totals.purchases, {
        what: `${count} purchases of ${tenant.slug}`,
        timeoutMs: 60_000,
        ...system,
      })
      expect(await totalsOf(tenant)).toEqual(totals)
    }
    await until(() => numbers().length >= posted, { what: 'the whole log', timeoutMs: 60_000, ...system })
    expect(numbers()).toEqual(Array.from({ length: posted }, (_, n) => n + 1))
    client.socket.close()
    const verified = await runMain('ops/audit/server.ts', ['--tenant', 'acme'], { ...system, env })
    expect(verified).toMatchObject({ code: 0, output: expect.stringMatching(/✓ acme: .*verified/) })
    const { data } = await ask(system, { query: '{ auditLog(first: 10) { nodes { action } } }', authorization: acme.owner })
    const actions = data.auditLog.nodes.map(({ action }: { action: string }) => action)
    expect(actions.filter((action: string) => action.startsWith('tenant.move'))).toEqual([
      'tenant.moved',
      'tenant.move_started',
      'tenant.moved',
      'tenant.move_started',
    ])
  })
})
