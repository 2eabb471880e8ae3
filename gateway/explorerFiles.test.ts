import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLiveWorld, type LiveWorld } from './subscriptions/testing/liveWorld.ts'

describe('the built explorer at the gateway', () => {
  let folder: string
  let world: LiveWorld
  const script = `console.log("${'x'.repeat(5_000)}")`
  /** Sends the path as it stands, which fetch would tidy up. */
  const get = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(world.gateway.url)
      const call = request({ hostname, port, path, headers }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, headers: response.headers, body }), reject)
      })
      call.on('error', reject).end()
    })
  const HTML = { accept: 'text/html,*/*;q=0.8' }

  beforeAll(async () => {
    const root = await mkdtemp(join(tmpdir(), 'explorer-'))
    folder = join(root, 'built')
    await mkdir(join(folder, 'assets'), { recursive: true })
    await Promise.all([
      writeFile(join(root, 'secret.txt'), 'secret'),
      writeFile(join(folder, 'index.html'), '<!doctype html><title>Explorer</title>'),
      writeFile(join(folder, 'icon.svg'), '<svg/>'),
      writeFile(join(folder, 'assets/main-abc.js'), script),
      writeFile(join(folder, 'assets/font-abc.woff2'), 'font'),
    ])
    world = await startLiveWorld({ explorerDir: folder })
  })
  afterAll(async () => {
    await world?.close()
    await rm(join(folder, '..'), { recursive: true, force: true })
  })

  it('its page is at / and at every path of its own, never kept and with a strict policy', async () => {
    for (const path of ['/', '/index.html', '/cohorts?groupBy=channel', '/metrics', '/a/b/c']) {
      const page = await get(path, HTML)
      expect([path, page.status, page.body]).toEqual([path, 200, '<!doctype html><title>Explorer</title>'])
      expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
      const { host } = new URL(world.gateway.url)
      const policy = String(page.headers['content-security-policy']).split('; ')
      expect(policy).toEqual(
        expect.arrayContaining(["script-src 'self'", `connect-src 'self' ws://${host} wss://${host}`, "frame-ancestors 'none'", "font-src 'self'"]),
      )
    }
    const again = await get('/', { ...HTML, 'if-none-match': String((await get('/', HTML)).headers['etag']) })
    expect([again.status, again.body]).toEqual([304, ''])
    expect((await get('/', { ...HTML, host: 'evil; script-src *' })).headers['content-security-policy']).not.toContain('evil')
  })

  it('assets are kept for ever, compressed for those who can read that', async () => {
    const plain = await get('/assets/main-abc.js')
    expect([plain.status, plain.body, plain.headers['cache-control'], plain.headers['content-encoding']]).toEqual([
      200,
      script,
      'public, max-age=31536000, immutable',
      undefined,
    ])
    const zipped = await fetch(`${world.gateway.url}/assets/main-abc.js`)
    expect([zipped.headers.get('content-encoding'), await zipped.text()]).toEqual(['gzip', script])
    expect((await get('/assets/font-abc.woff2', { 'accept-encoding': 'gzip' })).headers).toMatchObject({ 'content-type': 'font/woff2' })
    expect((await get('/icon.svg')).headers).toMatchObject({ 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'no-cache' })
  })

  it('nothing beside its files can be had', async () => {
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '//secret.txt',
      '/assets/gone.js',
      '/assets',
      '/toString',
      '/__proto__',
    ]
    for (const path of paths) {
      const { status, body } = await get(path)
      expect([path, status === 404 || status === 400, body.includes('secret</')]).toEqual([path, true, false])
      expect(body).not.toBe('secret')
    }
  })

  it('the API keeps its own answers, also for browsers', async () => {
    expect((await get('/health', HTML)).body).toBe('{"status":"ok"}')
    expect((await get('/graphql', HTML)).body).toContain('GraphiQL')
    for (const path of ['/graphql/x', '/api/nothing', '/bi/x', '/health/x', '/assets/x', '/t/acme/x', '/missing.js'])
      expect([path, (await get(path, HTML)).status]).toEqual([path, 404])
    expect((await get('/cohorts', { accept: 'application/json' })).status).toBe(404)
  })

  it('its pages can ask where events are sent to', async () => {
    expect(JSON.parse((await get('/explorer-config.json')).body)).toEqual({ collectorUrl: 'https://collect.growth.example', hasOutbox: false, captcha: null })
  })

  it('a captcha is told of with what its widget needs, and the policy lets in that alone', async () => {
    const sources = {
      script: ['https://one.example/a/', 'https://two.example'],
      frame: ['https://frame.example'],
      style: [],
      connect: ['https://three.example'],
    }
    const other = await startLiveWorld({ explorerDir: folder, captcha: { siteKey: 'the site key', scriptUrl: 'https://one.example/a/api.js', sources } })
    try {
      const told = (await (await fetch(`${other.gateway.url}/explorer-config.json`)).json()) as Record<string, unknown>
      expect(told['captcha']).toEqual({ siteKey: 'the site key', scriptUrl: 'https://one.example/a/api.js' })
      const policy = (await fetch(`${other.gateway.url}/login`, { headers: HTML })).headers.get('content-security-policy')?.split('; ') ?? []
      const { host } = new URL(other.gateway.url)
      const widened = [
        "script-src 'self' https://one.example/a/ https://two.example",
        "style-src 'self' 'unsafe-inline'",
        `connect-src 'self' ws://${host} wss://${host} https://three.example`,
        'frame-src https://frame.example',
      ]
      const own = (await get('/', HTML)).headers['content-security-policy']
      const names = widened.map((line) => line.split(' ')[0])
      expect(policy.filter((line) => names.includes(line.split(' ')[0]))).toEqual(widened)
      // All else is as it was.
      const rest = (lines: readonly string[]) => lines.filter((line) => !names.includes(line.split(' ')[0]))
      expect(rest(policy)).toEqual(rest(String(own).split('; ')))
      expect(String(own)).not.toContain('frame-src')
    } finally {
      await other.close()
    }
  })

  it('a folder without a page is an error when the gateway starts', async () => {
    await expect(startLiveWorld({ explorerDir: join(folder, 'assets') })).rejects.toThrow(/no index\.html/)
  })
})
