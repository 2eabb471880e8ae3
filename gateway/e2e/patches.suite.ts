// A live answer as patches on a whole system, by the client of graphql-ws: after every change what the patches make is what the query answers.
import { createClient, type Client } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { nextAnswer, type LiveResult } from '#ops/examples/applyPatch.ts'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { soon } from '../subscriptions/testing/testClient.ts'
import { postAuth } from '../testing/askGateway.ts'

const ASKED = `{ metrics(input: {
  range: { last: 7, unit: DAY, includeCurrent: true }, timeZone: "UTC", groupBy: [{ dimension: COUNTRY }, { dimension: CAMPAIGN }], where: { appVersion: { eq: "patched" } }, orderBy: [{ dimension: COUNTRY }, { dimension: CAMPAIGN }]
}) { rows { country campaign { id name } clicks purchases revenue } totals { clicks purchases } } }`
const COUNTRIES = ['AT', 'BE', 'CH', 'DE', 'DK', 'ES', 'FI', 'FR', 'GB', 'IE', 'IS', 'IT', 'NL', 'NO', 'PL', 'PT', 'SE']
const CHANGES = 6
const WAIT_MS = 60_000

export function describePatches(running: () => RunningSystem): void {
  describe('live answers as patches', () => {
    let system: RunningSystem
    let owner: string
    let client: Client
    const acme = () => {
      const found = system.demo.tenants.find(({ slug }) => slug === 'acme')
      if (found === undefined) throw new Error('The demo has no acme.')
      return found
    }
    const post = async (countries: readonly string[], campaign: string): Promise<void> => {
      const occurredAt = new Date().toISOString()
      const events = countries.flatMap((country) => {
        const userId = crypto.randomUUID()
        const common = { occurredAt, userId, country, appVersion: 'patched' }
        return [
          { ...common, eventId: `${userId}-click`, event: 'click', touch: { kind: 'click', campaign } },
          { ...common, eventId: `${userId}-buy`, event: 'purchase', revenue: { amount: '4.99', currency: 'USD' } },
        ]
      })
      const headers = { authorization: `Bearer ${acme().ingestKey}`, 'content-type': 'application/json' }
      const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })
      if (answer.status !== 202) throw new Error(`The collector answered ${answer.status} ${await answer.text()}`)
    }
    const asked = async (): Promise<unknown> => {
      const { data, errors } = await ask(system, { query: `query ${ASKED}`, authorization: owner })
      if (errors !== undefined) throw new Error(JSON.stringify(errors))
      return data
    }

    beforeAll(async () => {
      system = running()
      const user = acme().users.find(({ role }) => role === 'owner')
      owner = (await postAuth(system.demo.gatewayUrl, 'login', { body: { email: user?.email, password: user?.password } })).login?.accessToken ?? ''
      client = createClient({ url: system.demo.wsUrl, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${owner}` } })
    })
    afterAll(async () => {
      await client?.dispose()
    })

    it('are at every moment what the query answers, in fewer bytes than the answers', async () => {
      await post(COUNTRIES, 'spring')
      const results: LiveResult[] = []
      let answer: any
      let trouble: unknown = null
      const stop = client.subscribe<unknown, any>(
        { query: `subscription ${ASKED}`, extensions: { live: { patch: true } } },
        {
          next: (result) => {
            results.push(result as LiveResult)
            answer = nextAnswer(answer, result as LiveResult)
          },
          error: (error) => {
            trouble = error
          },
          complete: () => {},
        },
      )
      const agrees = (clicks: number) =>
        soon(async () => {
          expect(trouble).toBe(null)
          expect(answer?.metrics?.totals?.clicks).toBe(String(clicks))
          expect(answer).toEqual(await asked())
        }, WAIT_MS)
      let clicks = COUNTRIES.length
      await agrees(clicks)
      let wholeBytes = 0
      for (let change = 0; change < CHANGES; change += 1) {
        // What is there grows, and rows come between those that are there.
        const countries = COUNTRIES.filter((_, index) => index % CHANGES === change)
        await post(countries, change % 2 === 0 ? 'spring' : 'autumn')
        clicks += countries.length
        await agrees(clicks)
        wholeBytes += JSON.stringify(answer).length
      }
      stop()
      const patches = results.filter(({ data }) => data === undefined)
      expect(patches.length).toBeGreaterThan(0)
      const told = results.map(({ extensions }) => extensions?.live?.revision)
      expect(told).toEqual(told.map((_, index) => index + 1))
      expect(JSON.stringify(patches).length).toBeLessThan(wholeBytes)
    }, 300_000)
  })
}
