// npm start and its promises: clean stop, one run for a folder, recovery after kill -9, a second copy, servers of one's own.
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedEngines } from '#db/embedded/engines.ts'
import { isAlive } from '#db/embedded/processes.ts'
import { busyPorts, freePort } from '#ops/ports.ts'
import { ensureSecrets } from '#ops/secrets.ts'
import { ask, pidOf, spawnSupervisor, startSystem, temporaryFolder, until, type RunningSystem } from './system.ts'

const names = ['PostgreSQL', 'ClickHouse', 'auth', 'tenant', 'campaign', 'analytics', 'collector', 'worker', 'gateway']
const me = '{ me { role scopes tenant { slug } account { email } } }'

async function runToEnd(options: {
  dataDir: string
  port: number
  args?: readonly string[]
  env?: Record<string, string>
}): Promise<{ code: number | null; output: string }> {
  const { supervisor, output } = spawnSupervisor(options)
  await once(supervisor, 'exit')
  return { code: supervisor.exitCode, output: output() }
}

// From a country that the demo world has nobody in.
const country = 'AQ'
const purchases = (system: RunningSystem, slug: string) =>
  ask(system, {
    query: `{ metrics(input: { range: { last: 2, unit: DAY, includeCurrent: true }, timeZone: "UTC", where: { country: { in: ["${country}"] } } }) { totals { purchases } } }`,
    authorization: system.demo.tenants.find((tenant) => tenant.slug === slug)!.apiKey,
  }).then((answer) => answer.data?.metrics?.totals?.purchases)

const post = (system: RunningSystem, events: unknown, key = system.demo.tenants[0]!.ingestKey) =>
  fetch(`${system.demo.collectorUrl}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })

const purchase = (eventId: string) => ({
  eventId,
  event: 'purchase',
  occurredAt: new Date().toISOString(),
  userId: 'ada',
  country,
  revenue: { amount: '1.50', currency: 'USD' },
})

describe('npm start', () => {
  let system: RunningSystem
  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(async () => system?.remove())

  it('prints steps with times, the URL and a login for every role of three tenants', () => {
    const output = system.output()
    expect(output).toMatch(/✓ PostgreSQL \(embedded\) +\d+\.\d s/)
    expect(output).toMatch(/✓ ClickHouse \(embedded\) +\d+\.\d s/)
    expect(output).toMatch(/✓ Demo world \(small\) +\d+\.\d s +\d{3},\d{3} events/)
    expect(output).toContain(`http://127.0.0.1:${system.port}/graphql`)
    for (const slug of ['acme', 'globex', 'initech'])
      for (const role of ['owner', 'admin', 'user', 'viewer']) expect(output).toMatch(new RegExp(`${slug} +${role} +\\S+@\\S+ +\\S+`))
  })

  it('writes demo.json and secrets.json for its own user only', () => {
    expect(statSync(join(system.dataDir, 'demo.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(system.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(system.demo.tenants.map((tenant) => tenant.slug)).toEqual(['acme', 'globex', 'initech'])
    expect(system.demo.gatewayUrl).toBe(`http://127.0.0.1:${system.port}`)
  })

  it('logs in with a printed password and answers me', async () => {
    const user = system.demo.tenants[0]!.users.find((each) => each.role === 'viewer')!
    const login = await fetch(`${system.demo.gatewayUrl}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: user.email, password: user.password }),
    })
    expect(login.status).toBe(200)
    const { accessToken } = (await login.json()) as { accessToken: string }
    const answer = await ask(system, { query: me, authorization: accessToken })
    expect(answer.data.me).toMatchObject({ role: 'viewer', tenant: { slug: 'acme' }, account: { email: user.email } })
  })

  it('a second start of the same folder says where the first one runs', async () => {
    const second = await runToEnd({ dataDir: system.dataDir, port: await freePort() })
    expect(second.code).toBe(1)
    expect(second.output).toContain(`already running at http://127.0.0.1:${system.port}`)
  })

  it('refuses a port that somebody else uses only after saying which', async () => {
    const folder = temporaryFolder()
    const other = await runToEnd({ dataDir: folder, port: system.port })
    expect(other.code).toBe(1)
    expect(other.output).toContain(`already listens on port ${system.port},`)
    rmSync(folder, { recursive: true })
  })

  it('refuses unknown options and bad ports with what was expected', async () => {
    const folder = temporaryFolder()
    expect((await runToEnd({ dataDir: folder, port: 4000, args: ['--prot', '5000'] })).output).toContain('--prot')
    expect((await runToEnd({ dataDir: folder, port: 4000, args: ['--port', '5001'] })).output).toContain('multiple of 1000')
    expect((await runToEnd({ dataDir: folder, port: 4000, args: ['--scale', 'huge'] })).output).toContain('--scale huge: expected empty, small, medium, large.')
    expect((await runToEnd({ dataDir: folder, port: 4000, args: ['--scale', 'small', '--no-seed'] })).output).toContain('exclude each other')
    expect((await runToEnd({ dataDir: folder, port: 4000, env: { DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' } })).output).toMatch(
      /DATABASE_URL[\s\S]*LOG_LEVEL/,
    )
    rmSync(folder, { recursive: true })
  })

  it('a process that is killed is started again', async () => {
    for (const name of ['analytics', 'collector']) {
      const pid = pidOf(system.dataDir, name)
      process.kill(pid, 'SIGKILL')
      await until(() => system.output().includes(`✓ ${name} runs again`), { what: `${name} to run again`, timeoutMs: 30_000, ...system })
      expect(pidOf(system.dataDir, name)).not.toBe(pid)
    }
    await until(async () => (await ask(system, { query: me, authorization: system.demo.tenants[0]!.apiKey })).data?.me?.tenant?.slug === 'acme', {
      what: 'me through the gateway',
      timeoutMs: 20_000,
    })
  })

  it('keeps acknowledged events when ClickHouse is killed, and comes up after kill -9 of the supervisor', async () => {
    expect((await post(system, [purchase('k1'), purchase('k2')])).status).toBe(202)
    process.kill(pidOf(system.dataDir, 'ClickHouse'), 'SIGKILL')
    expect((await post(system, [purchase('k2'), purchase('k3')])).status).toBe(202)
    await until(async () => (await purchases(system, 'acme')) === '3', { what: 'three purchases', timeoutMs: 40_000, ...system })

    const pids = names.map((name) => pidOf(system.dataDir, name))
    system.supervisor.kill('SIGKILL')
    const next = await startSystem({ dataDir: system.dataDir, port: system.port })
    expect(pids.filter(isAlive)).toEqual([])
    system = next
    expect(await purchases(system, 'acme')).toBe('3')
  })

  it('Ctrl-C ends every process and engine, frees the ports and the folder, and the next start has the data', async () => {
    const pids = names.map((name) => pidOf(system.dataDir, name))
    expect(await system.stop()).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
    expect(await busyPorts(system.port)).toEqual([])
    expect(existsSync(join(system.dataDir, 'lock.json'))).toBe(false)
    const passwords = system.demo.tenants[0]!.users
    system = await startSystem({ dataDir: system.dataDir, port: system.port, args: ['--scale', 'medium'] })
    expect(system.output()).toContain('--scale medium changes nothing: this folder has its world already. With --reset another one is made.')
    expect(system.demo.tenants[0]!.users).toEqual(passwords)
    expect(await purchases(system, 'acme')).toBe('3')
  })

  it('a second copy runs beside the first and shares nothing', async () => {
    const copy = await startSystem({ args: ['--scale', 'empty'] })
    try {
      expect(await purchases(copy, 'acme')).toBe('0')
      const foreign = await ask(copy, { query: me, authorization: system.demo.tenants[0]!.apiKey })
      expect(foreign.status).toBe(401)
    } finally {
      await copy.remove()
    }
  })
})

describe('servers of one’s own', () => {
  it('DATABASE_URL and CLICKHOUSE_URL replace the embedded engines and nothing else changes', async () => {
    const dataDir = temporaryFolder()
    const enginesPort = await freePort()
    const secrets = ensureSecrets(dataDir)
    const engines = embeddedEngines({ dataDir: join(dataDir, 'servers'), port: enginesPort, secrets, database: 'unmogrowp', dedicated: 0 })
    const running = await Promise.all([engines.postgres(), engines.clickhouse()])
    const own = join(dataDir, 'own')
    mkdirSync(own)
    cpSync(join(dataDir, 'secrets.json'), join(own, 'secrets.json'))
    const env = { DATABASE_URL: running[0].url, CLICKHOUSE_URL: `http://migrate:${secrets.CLICKHOUSE_MIGRATE_PASSWORD}@127.0.0.1:${enginesPort + 123}` }
    try {
      const system = await startSystem({ dataDir: own, env, args: ['--seed', '--scale', 'empty'] })
      expect(system.output()).not.toContain('(embedded)')
      expect((await post(system, [purchase('a')])).status).toBe(202)
      await until(async () => (await purchases(system, 'acme')) === '1', { what: 'one purchase', timeoutMs: 30_000, ...system })
      expect(await system.stop()).toBe(0)
    } finally {
      await Promise.all(running.map((engine) => engine.stop()))
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})

describe('the data folder', () => {
  it('of another version is refused with what to do', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'version'), '99\n')
    const refused = await runToEnd({ dataDir: folder, port: await freePort() })
    expect(refused.code).toBe(1)
    expect(refused.output).toMatch(/version 99; this code reads version 1[\s\S]*--reset/)
    rmSync(folder, { recursive: true })
  })

  it('with somebody’s other files is left alone', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'thesis.txt'), 'mine')
    const refused = await runToEnd({ dataDir: folder, port: await freePort() })
    expect(refused.output).toContain('thesis.txt')
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('mine')
    rmSync(folder, { recursive: true })
  })
})
