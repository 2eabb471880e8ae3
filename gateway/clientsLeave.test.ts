import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './subscriptions/testing/liveWorld.ts'
import { soon } from './subscriptions/testing/testClient.ts'

describe('clients that go away before they are answered', () => {
  let world: LiveWorld
  beforeAll(async () => {
    world = await startLiveWorld()
  })
  afterAll(async () => world?.close())
  beforeEach(() => Object.assign(world.knobs, { asked: 0, left: 0, renamed: 0, verified: 0, nameDelayMs: 0, keyDelayMs: 0 }))

  type Asked = { readonly query: string; readonly authorization: string; readonly signal?: AbortSignal }

  async function ask({ query, authorization, signal = new AbortController().signal }: Asked): Promise<unknown> {
    const headers = { authorization, 'content-type': 'application/json' }
    const response = await fetch(`${world.gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }), signal })
    return response.json()
  }

  it('take their query with them, and nobody else’s', async () => {
    world.knobs.nameDelayMs = 2_000
    const authorization = await world.token()
    const leaving = new AbortController()
    const left = ask({ query: '{ analytics }', authorization, signal: leaving.signal })
    const stayed = ask({ query: '{ analytics }', authorization })
    await soon(() => expect(world.knobs.asked).toBe(2))
    leaving.abort()
    await expect(left).rejects.toThrow('aborted')
    expect(await stayed).toEqual({ data: { analytics: 'up' } })
    expect(world.knobs.left).toBe(1)
  })

  it('leave the verification of a key to those who wait for the same one', async () => {
    world.knobs.keyDelayMs = 500
    const authorization = world.key()
    const leaving = new AbortController()
    const left = ask({ query: '{ analytics }', authorization, signal: leaving.signal })
    await soon(() => expect(world.knobs.verified).toBe(1))
    const stayed = ask({ query: '{ analytics }', authorization })
    leaving.abort()
    await expect(left).rejects.toThrow('aborted')
    expect(await stayed).toEqual({ data: { analytics: 'up' } })
    expect(world.knobs.verified).toBe(1)
  })

  it('have their mutation done all the same', async () => {
    world.knobs.nameDelayMs = 300
    const leaving = new AbortController()
    const begun = world.gateway.metrics.registry
    const left = ask({ query: 'mutation { rename(to: "x") }', authorization: await world.token(), signal: leaving.signal })
    await soon(async () => expect(await begun.getSingleMetricAsString('umg_upstream_running')).toMatch(/subgraph="tenant"[^}]*\} 1/))
    leaving.abort()
    await expect(left).rejects.toThrow('aborted')
    await soon(() => expect(world.knobs.renamed).toBe(1))
  })
})
