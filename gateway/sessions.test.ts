import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './subscriptions/testing/liveWorld.ts'
import { TestClient } from './subscriptions/testing/testClient.ts'
import { askGateway, type GatewayAnswer } from './testing/askGateway.ts'

const QUERY = '{ analytics me }'

describe('a session behind an access token', () => {
  let world: LiveWorld
  let sessionId: string
  let token: string

  const ask = async (authorization = token): Promise<GatewayAnswer> => askGateway(world.gateway.url, { query: QUERY, headers: { authorization } })
  const sessionOf = (id = sessionId) => {
    const session = world.knobs.sessions.get(id)
    if (session === undefined) throw new Error('There is no such session.')
    return session
  }

  beforeAll(async () => {
    world = await startLiveWorld()
  })
  beforeEach(async () => {
    sessionId = crypto.randomUUID()
    token = await world.token({ sessionId })
  })
  afterAll(async () => world?.close())

  it('is asked about once for many requests, and again when the answer has grown old', async () => {
    const before = world.knobs.sessionsVerified
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    // On a busy machine the twenty may outlast one answer.
    const asked = world.knobs.sessionsVerified - before
    expect(asked).toBeLessThan(5)
    world.passSeconds(4)
    await ask()
    expect(world.knobs.sessionsVerified - before).toBe(asked + 1)
  })

  it('is that of its own tenant, whatever else its account is logged in to', async () => {
    const name = async (authorization: string) =>
      (await askGateway(world.gateway.url, { query: '{ campaign(id: "c") { name } }', headers: { authorization } })).data?.['campaign']
    expect(await name(token)).toEqual({ name: 'c of acme' })
    expect(await name(await world.token({ slug: 'globex' }))).toEqual({ name: 'c of globex' })
  })

  it('that has ended is not let in by another of its account', async () => {
    expect((await ask(await world.token())).status).toBe(200)
    world.knobs.sessions.delete(sessionId)
    expect(await ask()).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  })

  it('that has ended is out within five seconds, over HTTP and on its sockets, and no other is', async () => {
    const other = await world.token()
    const [client, stays] = await Promise.all([
      TestClient.connect(world.url, { authorization: token }),
      TestClient.connect(world.url, { authorization: other }),
    ])
    expect((await ask()).status).toBe(200)
    world.knobs.sessions.delete(sessionId)
    world.passSeconds(5)
    expect(await ask()).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
    expect(await client.closing()).toMatchObject({ code: 4401, reason: expect.stringMatching(/^UNAUTHENTICATED/) })
    expect((await ask(other)).status).toBe(200)
    stays.subscribe('q', '{ analytics }')
    expect(await stays.frames('q', 1)).toEqual([{ data: { analytics: 'up' } }])
    stays.end()
  })

  it('has the role of now, not of when the token was made, and its sockets begin anew', async () => {
    const client = await TestClient.connect(world.url, { authorization: token })
    const log = { query: 'subscription { log { cursor } }' }
    expect((await ask()).status).toBe(200)
    sessionOf().role = 'viewer'
    world.passSeconds(5)
    expect(await client.closing()).toMatchObject({ code: 4403 })
    const again = await TestClient.connect(world.url, { authorization: token })
    again.subscribe('a', log.query)
    // Viewers have no conversions:read.
    expect((await again.ending('a')).payload[0].extensions).toEqual({ code: 'FORBIDDEN' })
    again.end()
  })

  describe('while auth is away', () => {
    it('goes on as it was last known, until its token ends', async () => {
      const client = await TestClient.connect(world.url, { authorization: token })
      expect((await ask()).status).toBe(200)
      await world.stop('auth')
      try {
        world.passSeconds(60)
        expect(await ask()).toMatchObject({ status: 200, data: { analytics: 'up' } })
        world.passSeconds(13 * 60)
        expect((await ask()).status).toBe(200)
        client.subscribe('q', '{ analytics }')
        expect(await client.frames('q', 1)).toEqual([{ data: { analytics: 'up' } }])
        world.passSeconds(2 * 60)
        expect(await ask()).toMatchObject({ status: 401 })
        expect(await client.closing()).toMatchObject({ code: 4401 })
      } finally {
        await world.start('auth')
      }
    })

    it('stays ended when it is known to be', async () => {
      await ask()
      world.knobs.sessions.delete(sessionId)
      world.passSeconds(5)
      expect((await ask()).status).toBe(401)
      await world.stop('auth')
      try {
        world.passSeconds(60)
        expect((await ask()).status).toBe(401)
      } finally {
        await world.start('auth')
      }
    })

    it('is nobody’s to vouch for when it was never verified', async () => {
      await world.stop('auth')
      try {
        expect(await ask()).toMatchObject({ status: 503, codes: ['DOWNSTREAM_UNAVAILABLE'] })
      } finally {
        await world.start('auth')
      }
      world.passSeconds(2)
      expect((await ask()).status).toBe(200)
    })
  })
})
