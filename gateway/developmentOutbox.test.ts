import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMailer, type Letter } from '#ops/worker/mail/mailer.ts'
import { registerDevelopmentOutbox } from './rest/developmentOutbox.ts'
import { startLiveWorld, type LiveWorld } from './subscriptions/testing/liveWorld.ts'

describe('the development outbox', () => {
  let root: string
  let folder: string
  let world: LiveWorld
  const letter = (id: string): Letter => ({ id, to: 'ada@example.com', subject: `Subject of ${id}`, text: 'the token', html: '<p>the token</p>' })
  const get = (path: string, headers: Record<string, string> = {}, url = world.gateway.url) =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: unknown }>((resolve, reject) => {
      const { hostname, port } = new URL(url)
      const call = request({ hostname, port, path, headers }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(body) }), reject)
      })
      call.on('error', reject).end()
    })

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'umg-outbox-'))
    folder = join(root, 'outbox')
    world = await startLiveWorld({ outboxDir: folder })
  })
  afterAll(async () => {
    await world?.close()
    await rm(root, { recursive: true, force: true })
  })

  it('is empty before the first mail, then lists what the worker wrote, newest first', async () => {
    expect(await get('/api/dev/outbox')).toMatchObject({ status: 200, body: [] })
    const mailer = createMailer({ kind: 'files', folder }, 'UnMoGrowP <no-reply@growth.example>')
    for (const id of ['first', 'second']) await mailer.send(letter(id))
    for (const [id, day] of [
      ['first', 1],
      ['second', 2],
    ] as const) {
      const at = new Date(Date.UTC(2026, 0, day))
      await writeFile(join(folder, `${id}.json`), JSON.stringify({ ...letter(id), at: at.toISOString() }))
      await utimes(join(folder, `${id}.json`), at, at)
    }
    const { status, headers, body } = await get('/api/dev/outbox')
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    expect(body).toEqual([
      { ...letter('second'), at: '2026-01-02T00:00:00.000Z' },
      { ...letter('first'), at: '2026-01-01T00:00:00.000Z' },
    ])
    expect((await get('/api/dev/outbox/first')).body).toEqual({ ...letter('first'), at: '2026-01-01T00:00:00.000Z' })
  })

  it('shows the worker’s file as it wrote it', async () => {
    const mailer = createMailer({ kind: 'files', folder }, 'UnMoGrowP <no-reply@growth.example>')
    await mailer.send(letter('third'))
    expect((await get('/api/dev/outbox/third')).body).toEqual({ ...letter('third'), at: expect.stringMatching(/^\d{4}-.*Z$/) })
  })

  it('leads nowhere else, and passes by what is no mail', async () => {
    await writeFile(join(root, 'secrets.json'), '{"secret":1}')
    await writeFile(join(folder, 'broken.json'), '{"id"')
    for (const path of ['none', '..%2Fsecrets', '%2e%2e%2fsecrets', 'first.eml', 'broken', 'first%00'])
      expect([path, (await get(`/api/dev/outbox/${path}`)).status]).toEqual([path, 404])
    expect(JSON.stringify((await get('/api/dev/outbox')).body)).not.toContain('secret')
  })

  it.each([
    ['a proxy’s', { 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy’s with the standard header', { forwarded: 'for=203.0.113.9' }],
    ['a page’s from elsewhere', { 'sec-fetch-site': 'cross-site' }],
    ['a page’s whose name was turned to this machine', { host: 'evil.example' }],
  ])('is not there for %s request', async (_, headers) => {
    const missing = await get('/api/dev/nothing', headers)
    for (const path of ['/api/dev/outbox', '/api/dev/outbox/first']) {
      const { status, body } = await get(path, headers)
      expect([status, body]).toEqual([404, { error: { code: 'NOT_FOUND', message: `There is nothing at GET ${path}.` } }])
    }
    expect(missing.status).toBe(404)
  })

  it('is there for a browser on this machine by each of its names, and for nobody else', async () => {
    const server = Fastify()
    await server.register(async (rest) => registerDevelopmentOutbox(rest, folder), { prefix: '/api/dev/outbox' })
    const ask = async (remoteAddress: string, host: string) => {
      const answers = await Promise.all(
        ['', '/first'].map((path) => server.inject({ url: `/api/dev/outbox${path}`, remoteAddress, headers: { host, 'sec-fetch-site': 'same-origin' } })),
      )
      return answers.map(({ statusCode }) => statusCode)
    }
    for (const host of ['127.0.0.1:4000', 'localhost:4000', '[::1]:4000'])
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect([address, host, ...(await ask(address, host))]).toEqual([address, host, 200, 200])
    for (const address of ['203.0.113.9', '10.0.0.1', '172.17.0.1', 'fe80::1', '::ffff:10.0.0.1', '127.0.0.1.example'])
      expect([address, ...(await ask(address, 'localhost'))]).toEqual([address, 404, 404])
    await server.close()
  })

  it('is not there at all where the gateway has none: in production, or where mail leaves the machine', async () => {
    const other = await startLiveWorld({ outboxDir: null })
    try {
      expect((await get('/api/dev/outbox', {}, other.gateway.url)).status).toBe(404)
      expect((await get('/api/dev/outbox/first', {}, other.gateway.url)).status).toBe(404)
    } finally {
      await other.close()
    }
  })
})
