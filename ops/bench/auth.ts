// Logins, what they cost everybody else, tokens, and what row-level security costs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Pool } from 'undici'
import { createPool } from '#db/pool.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { readConfig } from '#ops/config.ts'
import type { RunningSystem } from '#ops/e2e/system.ts'
import { signAccessToken, verifyAccessToken } from '#ops/security/accessToken.ts'
import { createSigningKeyPair } from '#ops/security/signingKeys.ts'
import { median, quantile, type Figures } from './figure.ts'

const loginSeconds = 15
const loginConnections = 8
/** What the issue asks the others' times beside. */
const steadyLogins = 50
const otherPauseMs = 10
const checks = 200
/** The first ones show the code to the compiler. */
const warmUpChecks = 40
/** So many that none of them logs in more than once a second, which is the limit. */
const accounts = 60
const verifications = 4_000
const pairs = 300
const readsInPair = 20

type Options = { readonly system: RunningSystem; readonly figures: Figures }

export async function benchAuth({ system, figures }: Options): Promise<void> {
  // Whoever logs in waits in line at the server; neither they nor the others wait for a connection here.
  const [pool, others] = [new Pool(system.demo.gatewayUrl, { connections: 1_000 }), new Pool(system.demo.gatewayUrl, { connections: 8 })]
  try {
    await benchChecks(system, figures)
    const login = loginOf(await addAccounts(system), pool)
    await benchLogins({ figures, login })
    await benchOthers({ system, figures, login }, others)
  } finally {
    await Promise.all([pool.close(), others.close()])
  }
  await benchTokens(figures)
  await benchRowLevelSecurity({ system, figures })
}

/** Each from an address of a network of its own, as the limits count them. */
async function benchChecks(system: RunningSystem, figures: Figures): Promise<void> {
  const times: number[] = []
  for (let n = 0; n < warmUpChecks + checks; n += 1) {
    const client = new Pool(system.demo.gatewayUrl, { connections: 1, localAddress: `127.1.${n + 1}.1` })
    const body = JSON.stringify({ email: `nobody-${n}@example.test` })
    // The first makes the connection.
    await (await client.request({ path: '/health', method: 'GET' })).body.dump()
    const began = performance.now()
    const answer = await client.request({ path: '/api/auth/check-email', method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await answer.body.dump()
    if (answer.statusCode === 200 && n >= warmUpChecks) times.push(performance.now() - began)
    await client.close()
  }
  figures.add({ name: `check of an address, p50 of ${times.length} allowed`, value: median(times), unit: 'ms' })
  figures.add({ name: 'check of an address, p99', value: quantile(times, 0.99), unit: 'ms' })
}

/** Accounts of the first tenant that share one password. */
async function addAccounts(system: RunningSystem): Promise<readonly Account[]> {
  const { appUrl, authUrl } = readConfig.owner({ PORT: String(system.port), DATA_DIR: system.dataDir })
  const pools = { app: createPool({ url: appUrl, poolSize: 1, name: 'bench' }), auth: createPool({ url: authUrl, poolSize: 1, name: 'bench' }) }
  const memberships = system.demo.tenants.slice(0, 1).map(({ id }) => ({ tenantId: id, role: 'viewer' as const }))
  const made: Account[] = []
  for (let n = 0; n < accounts; n += 1) {
    const account = { email: `bench-${n}@example.test`, password: 'a teapot in violet 7391' }
    await provisionAccount(pools, { ...account, name: 'Bench', memberships })
    made.push(account)
  }
  await Promise.all([pools.app.end(), pools.auth.end()])
  return made
}

type Account = { readonly email: string; readonly password: string }

/** Answers how long it took; null where there was no room for one more (TOO_BUSY), or the gateway has waited too long for it. */
function loginOf(logins: readonly Account[], pool: Pool): () => Promise<number | null> {
  let next = 0
  return async () => {
    const { email, password } = logins[next++ % logins.length] ?? {}
    const began = performance.now()
    const headers = { 'content-type': 'application/json' }
    const answer = await pool.request({ path: '/api/auth/login', method: 'POST', headers, body: JSON.stringify({ email, password }) })
    await answer.body.dump()
    if (answer.statusCode === 503) return null
    if (answer.statusCode !== 200) throw new Error(`a login was answered with ${answer.statusCode}`)
    return performance.now() - began
  }
}

async function benchLogins({ figures, login }: { readonly figures: Figures; readonly login: () => Promise<number | null> }): Promise<void> {
  await login()
  const times: (number | null)[] = []
  const until = performance.now() + loginSeconds * 1000
  const began = performance.now()
  await Promise.all(
    Array.from({ length: loginConnections }, async () => {
      while (performance.now() < until) times.push(await login())
    }),
  )
  const done = times.filter((time) => time !== null)
  figures.add({ name: `logins over ${loginConnections} connections`, value: done.length / ((performance.now() - began) / 1000), unit: '/s' })
  figures.add({ name: 'a login among them, p50', value: median(done), unit: 'ms' })
}

/** A page's question by key, alone and while others log in. */
async function benchOthers({ system, figures, login }: Options & { readonly login: () => Promise<number | null> }, pool: Pool): Promise<void> {
  const key = system.demo.tenants[0]?.apiKey ?? ''
  const other = async (): Promise<number> => {
    const began = performance.now()
    const answer = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ tenant { id name } apps { id name platform } campaigns(first: 5) { id name } }' }),
    })
    const { errors } = (await answer.body.json()) as { errors?: unknown }
    if (errors !== undefined) throw new Error(`a question was answered with ${JSON.stringify(errors)}`)
    return performance.now() - began
  }
  const measure = async (): Promise<readonly number[]> => {
    const times: number[] = []
    const until = performance.now() + loginSeconds * 1000
    while (performance.now() < until) {
      times.push(await other())
      await new Promise((resolve) => setTimeout(resolve, otherPauseMs))
    }
    return times
  }
  await measure()
  const alone = await measure()
  const waiting: Promise<number | null>[] = []
  const started = performance.now()
  const timer = setInterval(() => void waiting.push(login()), 1000 / steadyLogins)
  const beside = await measure()
  clearInterval(timer)
  const offered = waiting.length
  const done = (await Promise.all(waiting)).filter((time) => time !== null)
  const seconds = (performance.now() - started) / 1000
  figures.add({ name: 'another request, p50 alone', value: median(alone), unit: 'ms' })
  figures.add({
    name: `logins done of ${(offered / loginSeconds).toFixed(0)}/s offered; the others were told to come again`,
    value: done.length / seconds,
    unit: '/s',
  })
  figures.add({ name: 'a login that was done among them, p50', value: median(done), unit: 'ms' })
  figures.add({ name: 'another request beside them, p50', value: median(beside), unit: 'ms' })
  const against = `the same without logins (${quantile(alone, 0.99).toFixed(1)} ms)`
  figures.add({
    name: 'another request beside them, p99',
    value: quantile(beside, 0.99),
    unit: 'ms',
    ratio: quantile(beside, 0.99) / quantile(alone, 0.99),
    against,
  })
}

async function benchTokens(figures: Figures): Promise<void> {
  const { privateKey, publicKey } = await createSigningKeyPair()
  const now = new Date()
  const id = '3b1f8a52-6c1d-4c0e-9a51-5a4a3a1c9d10'
  const token = await signAccessToken({ claims: { accountId: id, sessionId: id, tenantId: null, tenantSlug: null, role: null }, privateKey, now })
  const verify = () => verifyAccessToken({ token, publicKey, now })
  if ((await verify()) === null) throw new Error('the token is not good')
  const began = performance.now()
  for (let n = 0; n < verifications; n += 1) await verify()
  figures.add({ name: 'access tokens verified by one process, nothing remembered', value: verifications / ((performance.now() - began) / 1000), unit: '/s' })
}

/** The same statements in the same transactions: as umg_app under row-level security, and as the superuser of the cluster, whom it does not bind. */
async function benchRowLevelSecurity({ system, figures }: Options): Promise<void> {
  const { appUrl } = readConfig.owner({ PORT: String(system.port), DATA_DIR: system.dataDir })
  const secret = [join(system.dataDir, 'postgres', 'superuser'), join(system.dataDir, 'superuser')].find((file) => existsSync(file))
  if (secret === undefined) return console.log('row-level security on and off: not measured, the cluster of the data folder lies elsewhere')
  const freeUrl = new URL(appUrl)
  freeUrl.username = 'postgres'
  freeUrl.password = readFileSync(secret, 'utf8')
  const [walled, free] = [new pg.Client(appUrl), new pg.Client(freeUrl.href)]
  await Promise.all([walled.connect(), free.connect()])
  const tenantId = system.demo.tenants[0]?.id
  const read = async (client: pg.Client): Promise<number> => {
    const began = performance.now()
    for (let n = 0; n < readsInPair; n += 1) {
      await client.query('BEGIN')
      await client.query({ name: 'set', text: "SELECT set_config('app.tenant_id', $1, true)", values: [tenantId] })
      await client.query({ name: 'campaigns', text: 'SELECT id, name FROM campaigns WHERE tenant_id = $1 ORDER BY id LIMIT 100', values: [tenantId] })
      await client.query({
        name: 'keys',
        text: 'SELECT k.*, t.slug FROM keys k JOIN tenants t ON t.id = k.tenant_id WHERE k.tenant_id = $1',
        values: [tenantId],
      })
      await client.query('COMMIT')
    }
    return (performance.now() - began) / readsInPair
  }
  const ratios: number[] = []
  const times: number[] = []
  for (let n = 0; n < pairs; n += 1) {
    const isFirst = n % 2 === 0
    const first = await read(isFirst ? walled : free)
    const second = await read(isFirst ? free : walled)
    const [on, off] = isFirst ? [first, second] : [second, first]
    ratios.push(on / off)
    times.push(on)
  }
  await Promise.all([walled.end(), free.end()])
  figures.add({
    name: 'a transaction of two reads under row-level security',
    value: median(times),
    unit: 'ms',
    ratio: median(ratios),
    against: 'the same without it, in turns',
  })
}
