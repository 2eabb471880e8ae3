// Groups on a whole system: a member of one through the gateway while analytics is killed, and the partner's example while its connection is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { createClient, type Client } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ask, until, type RunningSystem } from '#ops/e2e/system.ts'
import { projectRoot } from '#ops/config.ts'
import { soon } from '../subscriptions/testing/testClient.ts'

const FOLLOW = `subscription ($group: String!) { conversions(group: $group, from: { position: BEGINNING }, maxInFlight: 5) {
  cursor entries { id cursor partner { id } campaign { id } } } }`
const ACKNOWLEDGE = 'mutation ($group: String!, $cursor: Cursor!) { acknowledgeConversions(group: $group, cursor: $cursor) { cursor } }'
const GROUPS = '{ conversionGroups { name lag inFlight members isOwn question position lastAcknowledgedAt } }'
const PATIENCE_MS = 90_000

type Batch = { readonly conversions: { readonly cursor: string; readonly entries: readonly { readonly id: string; readonly cursor: string }[] } | null }

export function describeGroups(running: () => RunningSystem): void {
  describe('groups through the gateway', () => {
    let system: RunningSystem
    const clients: Client[] = []
    const acme = () => system.demo.tenants.find(({ slug }) => slug === 'acme')!
    beforeAll(() => {
      system = running()
    })
    afterAll(() => {
      for (const client of clients) void client.dispose()
    })

    /** Purchases that the partner whose key the demo has is credited with. */
    async function post(count: number): Promise<void> {
      const occurredAt = new Date().toISOString()
      const touch = { kind: 'click', campaign: 'groups-e2e', partner: 'northstar-ads' }
      const events = Array.from({ length: count }, () => ({ eventId: crypto.randomUUID(), event: 'purchase', occurredAt, userId: crypto.randomUUID(), touch }))
      const headers = { authorization: `Bearer ${acme().ingestKey}`, 'content-type': 'application/json' }
      const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })
      expect([answer.status, await answer.text()]).toEqual([202, expect.stringContaining(`"accepted":${count},`)])
    }

    it('a member acknowledges by mutation; analytics is killed, and it goes on without what was acknowledged', async () => {
      const group = 'killed'
      const bearer = acme().partnerKey
      const client = createClient({
        url: system.demo.wsUrl,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${bearer}` },
        retryAttempts: 0,
      })
      clients.push(client)
      const seen: { readonly id: string; readonly cursor: string }[] = []
      const failures: unknown[] = []
      const problem = (error: unknown): void => void failures.push(error)
      client.subscribe<Batch>(
        { query: FOLLOW, variables: { group } },
        { next: ({ data, errors }) => (data?.conversions ? seen.push(...data.conversions.entries) : problem(errors)), error: problem, complete: () => {} },
      )
      const acknowledge = async (cursor: string) => {
        const { data, errors } = await ask(system, { query: ACKNOWLEDGE, variables: { group, cursor }, authorization: bearer })
        expect([errors, typeof data?.acknowledgeConversions.cursor]).toEqual([undefined, 'string'])
      }
      await post(12)
      await soon(() => expect([seen.length, failures]).toEqual([5, []]), PATIENCE_MS)
      const acknowledged = new Set(seen.slice(0, 3).map(({ id }) => id))
      await acknowledge(seen[2]!.cursor)
      await soon(() => expect(seen.length).toBe(8), PATIENCE_MS)
      process.kill(system.pidOf('analytics'), 'SIGKILL')
      // What was not acknowledged comes again, with no more than five on their way.
      await soon(() => expect(seen.slice(8).map(({ id }) => id)).toEqual(seen.slice(3, 8).map(({ id }) => id)), PATIENCE_MS)
      while (acknowledged.size < 12) {
        const given = seen.slice(8)
        for (const { id } of given) acknowledged.add(id)
        await acknowledge(given.at(-1)!.cursor)
        await soon(() => expect(seen.length === 8 + given.length && acknowledged.size < 12).toBe(false), PATIENCE_MS)
      }
      expect(new Set(seen.slice(8).map(({ id }) => id)).size).toBe(9)
      expect(failures).toEqual([])
      const { data } = await ask(system, { query: GROUPS, authorization: bearer })
      expect(data?.conversionGroups).toEqual([
        {
          name: group,
          lag: 0,
          inFlight: 0,
          members: 1,
          isOwn: true,
          question: 'partner is "northstar-ads"',
          position: expect.any(String),
          lastAcknowledgedAt: expect.any(String),
        },
      ])
      await until(async () => (await fetch(`${system.demo.gatewayUrl}/health/ready`)).ok, { what: 'the system to be ready', timeoutMs: PATIENCE_MS })
    })

    it('the partner’s example gets everything, and nothing again that it acknowledged, while its connection is cut', async () => {
      const { hostname, port } = new URL(system.demo.wsUrl)
      const sockets = new Set<Socket>()
      const proxy = createServer((near) => {
        const far = connect(Number(port), hostname)
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(one)
          one.on('error', () => {})
          one.on('close', () => {
            sockets.delete(one)
            other.destroy()
          })
          one.pipe(other)
        }
      }).listen(0, '127.0.0.1')
      await once(proxy, 'listening')
      const url = `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`
      const child = spawn(process.execPath, [join(projectRoot, 'ops/examples/partner/follow.ts'), url, acme().partnerKey, 'example'])
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
      const told = (): readonly string[] => output.split('\n').flatMap((line) => (line.startsWith('{') ? [String(JSON.parse(line).id)] : []))
      const expectAll = (count: number) => soon(() => expect(new Set(told()).size, output.slice(-500)).toBe(count), PATIENCE_MS)
      try {
        // The log has the conversions of the test before, too.
        const before = await soon(async () => {
          expect(output).toContain('acknowledged')
          return new Set(told()).size
        }, PATIENCE_MS)
        for (let round = 1; round <= 4; round += 1) {
          await post(10)
          if (round % 2 === 0) for (const socket of sockets) socket.destroy()
          await expectAll(before + round * 10)
        }
        await soon(() => expect(output.trimEnd().split('\n').at(-1)).toContain('acknowledged'), PATIENCE_MS)
        const done = new Set<string>()
        let unsaid: string[] = []
        for (const line of output.split('\n')) {
          if (line.startsWith('acknowledged')) {
            for (const id of unsaid) done.add(id)
            unsaid = []
          } else if (line.startsWith('{')) {
            const { id } = JSON.parse(line) as { id: string }
            expect(done.has(id), `${id} again`).toBe(false)
            unsaid.push(id)
          }
        }
      } finally {
        child.kill('SIGKILL')
        proxy.close()
        for (const socket of sockets) socket.destroy()
      }
    })
  })
}
