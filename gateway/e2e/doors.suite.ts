// One log by three doors: socket, event stream and query give the same conversions with the same cursors, and each goes on from another's.
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, until, type RunningSystem } from '#ops/e2e/system.ts'
import { EventClient } from '../subscriptions/testing/eventClient.ts'
import { soon, TestClient } from '../subscriptions/testing/testClient.ts'
import { postAuth } from '../testing/askGateway.ts'

const FIELDS = 'id event userId revenue { amount currency } country campaign { id name } partner { id }'
const STREAM = `subscription ($after: Cursor) { conversions(after: $after) { cursor entries { ${FIELDS} } } }`
const PAGE = `query ($after: Cursor) { conversions(first: 1, after: $after) { nodes { ${FIELDS} } pageInfo { endCursor } } }`

const CREATE_KEY = 'mutation ($input: CreateKeyInput!) { made: createKey(input: $input) { text key { id } } }'
const ROTATE_KEY = 'mutation ($id: ID!) { made: rotateKey(id: $id) { text key { id } } }'
const REVOKE_KEY = 'mutation ($id: ID!) { revokeKey(id: $id) { id } }'
const NORTHSTAR = [{ dimension: 'PARTNER', in: ['northstar-ads'] }]
const HASH = /^[\w-]{43}$/

/** An entry beside the cursor behind it. */
type Seen = { readonly cursor: string; readonly entry: { readonly id: string; readonly userId: string | null } }

export function describeDoors(running: () => RunningSystem): void {
  describe('the log of conversions by every door', () => {
    let system: RunningSystem
    let owner: string
    const clients: { end(): void }[] = []
    const acme = () => {
      const found = system.demo.tenants.find(({ slug }) => slug === 'acme')
      if (found === undefined) throw new Error('The demo has no acme.')
      return found
    }
    const post = async (userId: string, partner: string): Promise<void> => {
      const occurredAt = new Date().toISOString()
      const answer = await fetch(`${system.demo.collectorUrl}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${acme().ingestKey}`, 'content-type': 'application/json' },
        body: JSON.stringify([
          { eventId: `${userId}-click`, event: 'click', occurredAt, userId, touch: { kind: 'click', campaign: 'doors', partner } },
          { eventId: `${userId}-purchase`, event: 'purchase', occurredAt, userId, country: 'DE', revenue: { amount: '4.99', currency: 'USD' } },
        ]),
      })
      if (answer.status !== 202) throw new Error(`The collector answered ${answer.status} ${await answer.text()}`)
    }
    const openEvents = async (bearer: string, lastId: string | null = null): Promise<EventClient> => {
      const headers = { authorization: `Bearer ${bearer}`, ...(lastId === null ? {} : { 'last-event-id': lastId }) }
      const client = await EventClient.open(`${system.demo.gatewayUrl}/graphql`, { query: STREAM }, { headers })
      clients.push(client)
      return client
    }
    const openSocket = async (bearer: string, after?: string): Promise<TestClient> => {
      const client = await TestClient.connect(system.demo.wsUrl, { authorization: `Bearer ${bearer}` })
      clients.push(client)
      client.subscribe('a', STREAM, { after })
      return client
    }
    const ofFrames = (frames: readonly any[]): Seen[] =>
      frames.flatMap(({ data }) => data.conversions.entries.map((entry: Seen['entry']) => ({ cursor: data.conversions.cursor, entry })))
    const pagesAfter = async (bearer: string, start: string): Promise<Seen[]> => {
      const seen: Seen[] = []
      for (let after = start; ;) {
        const { data } = await ask(system, { query: PAGE, variables: { after }, authorization: bearer })
        const [entry] = data.conversions.nodes
        if (entry === undefined) return seen
        after = data.conversions.pageInfo.endCursor
        seen.push({ cursor: after, entry })
      }
    }

    beforeAll(async () => {
      system = running()
      const user = acme().users.find(({ role }) => role === 'owner')
      owner = (await postAuth(system.demo.gatewayUrl, 'login', { body: { email: user?.email, password: user?.password } })).login?.accessToken ?? ''
      const query = 'mutation { saveCampaign(input: { id: "doors", name: "Doors" }) { id } savePartner(id: "northstar-ads", name: "Northstar") { id } }'
      const { errors } = await ask(system, { query, authorization: owner })
      if (errors !== undefined) throw new Error(`The campaign could not be made: ${JSON.stringify(errors)}`)
    })
    afterEach(() => {
      for (const client of clients.splice(0)) client.end()
    })

    it('socket, event stream and query have the same entries under the same cursors, for an owner and for a partner', async () => {
      for (const bearer of [owner, acme().partnerKey]) {
        const [socket, events] = [await openSocket(bearer), await openEvents(bearer)]
        // The stream says at once where it begins, and from then on nothing is missed.
        const start = await soon(() => {
          if (events.lastId === null) throw new Error('no place yet')
          return events.lastId
        }, 20_000)
        const named = (frames: readonly any[]) => ofFrames(frames).length
        for (let index = 0; index < 8; index += 1) {
          await post(`door-${index}-${crypto.randomUUID()}`, index % 2 === 0 ? 'northstar-ads' : 'other-network')
          const expected = bearer === owner ? index + 1 : Math.floor(index / 2) + 1
          // One at a time, so that each is a batch of its own and has a cursor of its own.
          await soon(() => expect(named(events.results())).toBe(expected), 20_000)
        }
        const count = named(events.results())
        await soon(() => expect(named(socket.payloads('a'))).toBeGreaterThanOrEqual(count), 20_000)
        const streamed = ofFrames(events.results())
        expect(streamed).toEqual(ofFrames(socket.payloads('a')).slice(-count))
        expect(await pagesAfter(bearer, start)).toEqual(streamed)
        expect(streamed.every(({ entry }) => (entry.userId === null) === (bearer !== owner))).toBe(true)
        // Each goes on from the other's cursor.
        const middle = streamed[1]?.cursor ?? ''
        const [byId, byCursor] = [await openEvents(bearer, middle), await openSocket(bearer, middle)]
        await soon(() => expect([named(byId.results()), named(byCursor.payloads('a'))]).toEqual([count - 2, count - 2]), 20_000)
        for (const rest of [byId.results(), byCursor.payloads('a')])
          expect(ofFrames(rest).map(({ entry }) => entry)).toEqual(streamed.slice(2).map(({ entry }) => entry))
      }
    })

    it('a partner’s key with "userId:hash" sees one hash of a user by every door, after a rotation too, and another key another one', async () => {
      const made = async (query: string, variables: Record<string, unknown>): Promise<{ readonly text: string; readonly key: { readonly id: string } }> => {
        const { data, errors } = await ask(system, { query, variables, authorization: owner })
        if (errors !== undefined) throw new Error(`No key was made: ${JSON.stringify(errors)}`)
        return data.made
      }
      const create = (masks: readonly string[]) => made(CREATE_KEY, { input: { kind: 'PARTNER', name: 'Hashed', filters: NORTHSTAR, masks } })
      const [key, stranger, blind] = [await create(['userId:hash', 'country']), await create(['userId:hash']), await create([])]
      const bearers = [key.text, stranger.text, blind.text]
      const opened = await Promise.all(bearers.map((bearer) => openEvents(bearer)))
      const starts = await soon(() => {
        const ids = opened.map(({ lastId }) => lastId ?? '')
        expect(ids).not.toContain('')
        return ids
      }, 20_000)
      const streams = await Promise.all(
        opened.map(async (events, at) => ({ events, bearer: bearers[at]!, socket: await openSocket(bearers[at]!, starts[at]) })),
      )
      const users = [`hashed-${crypto.randomUUID()}`, `hashed-${crypto.randomUUID()}`]
      for (const user of users) await post(user, 'northstar-ads')
      const idsOf = (seen: readonly Seen[]) => seen.map(({ entry }) => entry.userId)
      const seen: (readonly (string | null)[])[] = []
      for (const [index, { bearer, events, socket }] of streams.entries()) {
        await soon(() => expect([ofFrames(events.results()).length, ofFrames(socket.payloads('a')).length]).toEqual([2, 2]), 20_000)
        const ids = idsOf(ofFrames(events.results()))
        expect(idsOf(ofFrames(socket.payloads('a')))).toEqual(ids)
        expect(idsOf(await pagesAfter(bearer, starts[index]!))).toEqual(ids)
        seen.push(ids)
      }
      const [hashes, others, none] = seen
      expect(hashes).toEqual([expect.stringMatching(HASH), expect.stringMatching(HASH)])
      expect(others).toEqual([expect.stringMatching(HASH), expect.stringMatching(HASH)])
      expect(new Set([...hashes!, ...others!]).size).toBe(4)
      expect(none).toEqual([null, null])
      // The key that takes its place sees the same ones from the same cursor, while both work and when the first has ended.
      const { text: rotated, key: next } = await made(ROTATE_KEY, { id: key.key.id })
      expect(idsOf(await pagesAfter(rotated, starts[0]!))).toEqual(hashes)
      expect(idsOf(await pagesAfter(key.text, starts[0]!))).toEqual(hashes)
      const revoked = await ask(system, { query: REVOKE_KEY, variables: { id: key.key.id }, authorization: owner })
      expect(revoked.errors).toBe(undefined)
      const { text: third } = await made(ROTATE_KEY, { id: next.id })
      expect(idsOf(await pagesAfter(third, starts[0]!))).toEqual(hashes)
      // Nothing asks by what is hashed or hidden.
      const codeOf = async (where: string) => {
        const { errors } = await ask(system, { query: `{ conversions(where: { ${where} }) { nodes { id } } }`, authorization: rotated })
        return errors?.[0]?.extensions?.['code']
      }
      expect(await codeOf(`userId: { eq: "${users[0]}" }`)).toBe('GRAPHQL_VALIDATION_FAILED')
      expect(await codeOf('country: { eq: "DE" }')).toBe('FORBIDDEN')
      expect(await codeOf('event: { eq: "purchase" }')).toBe(undefined)
    })

    it('the gateway killed under an event stream: who comes back with Last-Event-ID gets all, once', async () => {
      let client = await openEvents(owner)
      await soon(() => expect(client.lastId).not.toBe(null), 20_000)
      const names = Array.from({ length: 16 }, (_, index) => `killed-${index}`)
      const seen: (string | null)[] = []
      for (const [index, name] of names.entries()) {
        await post(name, 'northstar-ads')
        if (index % 8 !== 7) continue
        const pid = system.pidOf('gateway')
        process.kill(pid, 'SIGKILL')
        await client.ending(20_000)
        seen.push(...ofFrames(client.results()).map(({ entry }) => entry.userId))
        const lastId = client.lastId
        await until(async () => system.pidOf('gateway') !== pid && (await fetch(`${system.demo.gatewayUrl}/health`).catch(() => null))?.ok === true, {
          what: 'another gateway',
          timeoutMs: 60_000,
        })
        client = await openEvents(owner, lastId)
      }
      const all = () => [...seen, ...ofFrames(client.results()).map(({ entry }) => entry.userId)]
      await soon(() => expect(all().length).toBeGreaterThanOrEqual(names.length), 20_000)
      expect(all()).toEqual(names)
    })
  })
}
