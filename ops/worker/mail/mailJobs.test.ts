import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createChain } from '#db/audit/chain.ts'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { findAccount } from '#db/members/findAccount.ts'
import { createOrm } from '#db/orm.ts'
import { appendOutbox } from '#db/outbox/append.ts'
import { isSuppressed } from '#db/outbox/mailSuppressions.ts'
import { createRelay, type Relay } from '#db/outbox/relay.ts'
import { requestMail, sealMail, type RequestedMail } from '#db/outbox/requestMail.ts'
import { withTransaction } from '#db/pool.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { RESEND_TEST_KEY, startResendSink } from '../testing/resendSink.ts'
import { startSmtpSink, type SmtpSinkOptions } from '../testing/smtpSink.ts'
import { QUERIES_UNUSUAL } from '#db/usage/queries.ts'
import { ACCOUNT_REGISTERED, createTopics } from '../topics.ts'
import { MailDelayed } from './failures.ts'
import { delayAfter, startMailJobs, type MailJobs } from './mailJobs.ts'
import { createMailer } from './mailer.ts'

const log = createLogger({ name: 'worker', level: 'silent' })
const from = 'UnMoGrowP <no-reply@growth.example>'
const mailKey = 'a key of the test'
const PATIENCE = { timeout: 60_000 }

describe('mail by jobs', { timeout: 120_000 }, () => {
  let pools: TestPools
  let orm: MikroORM
  let verifier: ClickHouseClient
  const config = readConfig.worker()
  const closers: (() => Promise<void>)[] = []
  beforeAll(async () => {
    pools = openTestPools()
    orm = await createOrm({ url: readConfig.owner().authUrl, poolSize: 2 })
    verifier = createClickHouse(config.verifyClickhouse)
  })
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })
  afterAll(async () => {
    await orm?.close()
    await verifier?.close()
    await pools?.close()
  })

  /** The worker's road of mail, from the outbox to a server. */
  async function openRoad(route: Parameters<typeof createMailer>[0]) {
    const queueName = `mail-${randomUUID()}`
    const aggregate = `test:${randomUUID()}`
    const mailer = createMailer(route, from)
    const jobs = await startMailJobs({
      databaseUrl: config.postgres.url,
      pool: pools.worker,
      mailer,
      mailKey,
      publicUrl: 'https://growth.example',
      log,
      queueName,
      firstDelayMs: 1,
    })
    closers.push(jobs.close)
    const copy = { pool: pools.app, clickhouse: config.clickhouse, verifier, tenantSecret: config.tenantSecret }
    const audit = { pool: pools.app, vault: testVault(), chain: createChain(config.auditKey) }
    const topics = createTopics({
      copy,
      audit,
      enqueueMail: jobs.enqueue,
      findAccount: (accountId) => findAccount(pools.worker, accountId),
      provision: () => Promise.reject(new Error('Nobody asks for a tenant here.')),
      move: () => Promise.reject(new Error('Nobody moves a tenant here.')),
      mailKey,
      log,
    })
    const relay = createRelay({ pool: pools.worker, listenUrl: null, topics, log, aggregates: [aggregate] })
    const ask = (mail: RequestedMail) => inGlobal(orm, (em) => requestMail(em, { tenantId: null, aggregate, mail, mailKey }))
    return { jobs, relay, ask, aggregate, queueName }
  }
  async function openSmtp(options: SmtpSinkOptions = {}) {
    const sink = await startSmtpSink(options)
    closers.push(sink.close)
    return { sink, ...(await openRoad({ kind: 'smtp', url: sink.url })) }
  }
  const deliverAgain = async (relay: Relay, aggregate: string) => {
    await pools.worker.query('UPDATE outbox SET delivered_at = NULL WHERE aggregate = $1', [aggregate])
    await expect.poll(() => relay.drain(), PATIENCE).toBeGreaterThan(0)
  }
  const newAddress = () => `${randomUUID()}@example.com`
  const reset = (to: string, token = 'tok'): RequestedMail => ({ kind: 'resetPassword', to, name: 'Ada', token, minutes: 15 })
  /** Something that is sent after all that was asked for before it. */
  const sendLast = async ({ jobs, to }: { jobs: MailJobs; to: string }) =>
    jobs.enqueue({ messageId: randomUUID(), askedAt: new Date(), ...sealMail(reset(to), mailKey) })

  it('a mail that was asked for is sent once, however often the message is delivered', async () => {
    const { sink, relay, ask, aggregate, jobs } = await openSmtp()
    const to = newAddress()
    await ask(reset(to))
    expect(await relay.drain()).toBe(1)
    await expect.poll(() => sink.mails.length, PATIENCE).toBe(1)
    await deliverAgain(relay, aggregate)
    await sendLast({ jobs, to: newAddress() })
    await expect.poll(() => sink.mails.length, PATIENCE).toBe(2)
    expect(sink.mails.filter((mail) => mail.to !== undefined && JSON.stringify(mail.to).includes(to))).toHaveLength(1)
  })

  it('a new account is welcomed by the same road', async () => {
    const { sink, relay, aggregate } = await openSmtp()
    const payload = { accountId: randomUUID(), email: newAddress(), name: 'Grace' }
    await withTransaction(pools.auth, (client) => appendOutbox(client, { tenantId: null, topic: ACCOUNT_REGISTERED, aggregate, payload }))
    expect(await relay.drain()).toBe(1)
    await expect.poll(() => sink.mails[0]?.text, PATIENCE).toMatch(/^Hello Grace,/)
  })

  it('an owner is told of a day of unusually many questions', async () => {
    const { sink, relay, aggregate } = await openSmtp()
    const [owner] = (await createTestTenant()).accounts
    const payload = { accountId: owner?.accountId, tenant: 'Acme & Söhne', used: 12_345, meanOfDaysBefore: 1_000, at: '2026-03-10T12:00:00.000Z' }
    await withTransaction(pools.auth, (client) => appendOutbox(client, { tenantId: null, topic: QUERIES_UNUSUAL, aggregate, payload }))
    expect(await relay.drain()).toBe(1)
    await expect.poll(() => JSON.stringify(sink.mails[0]?.to), PATIENCE).toContain(owner?.email)
    await expect.poll(() => sink.mails[0]?.text, PATIENCE).toMatch(/^Hello [^\n]+,\s+Acme & Söhne has been asked 12,345 questions today, and about\s+1,000 on/)
  })

  it('a token lies nowhere in clear: not in the outbox, not in a job that failed once and is done', async () => {
    const token = `secret-${randomUUID()}`
    const { sink, relay, ask, aggregate, queueName } = await openSmtp({ onMail: (count) => (count === 1 ? { code: 451, text: 'Later' } : null) })
    await ask(reset(newAddress(), token))
    const { rows } = await pools.worker.query<{ payload: unknown }>('SELECT payload FROM outbox WHERE aggregate = $1', [aggregate])
    await relay.drain()
    await expect.poll(() => sink.mails.length, PATIENCE).toBe(1)
    expect(sink.mails[0]?.text).toContain(token)
    const tables = await pools.owner.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'bullmq'")
    let stored = JSON.stringify(rows)
    for (const { name } of tables.rows) stored += JSON.stringify((await pools.worker.query(`SELECT t::text AS t FROM bullmq."${name}" t`)).rows)
    expect(stored).toContain(queueName)
    expect(stored.includes(token)).toBe(false)
  })

  it('a server that fails twice and then accepts gets one mail, each time with the same Message-ID', async () => {
    const { sink, relay, ask } = await openSmtp({ onMail: (count) => (count <= 2 ? { code: 451, text: '4.3.0 Later' } : null) })
    await ask(reset(newAddress()))
    await relay.drain()
    await expect.poll(() => sink.mails.length, PATIENCE).toBe(1)
    expect(sink.offered).toHaveLength(3)
    expect(new Set(sink.offered).size).toBe(1)
    expect(sink.offered[0]).toMatch(/^<[0-9a-f]{32}@growth\.example>$/)
  })

  it('an address that a server refuses for good is suppressed and gets nothing more', async () => {
    const gone = newAddress()
    let asked = 0
    const onRecipient = (address: string) => (address === gone && ++asked > 0 ? { code: 550, text: `5.1.1 <${address}>: no such user` } : null)
    const { sink, relay, ask, jobs } = await openSmtp({ onRecipient })
    await ask(reset(gone))
    await relay.drain()
    await expect.poll(() => isSuppressed(pools.worker, gone.toUpperCase()), PATIENCE).toBe(true)
    const { rows } = await pools.owner.query('SELECT address, reason FROM mail_suppressions WHERE address = $1', [gone])
    expect(rows).toEqual([{ address: gone, reason: '550 5.1.1 <(address)>: no such user' }])
    await ask(reset(gone, 'another'))
    await expect.poll(() => relay.drain(), PATIENCE).toBe(1)
    await sendLast({ jobs, to: newAddress() })
    await expect.poll(() => sink.mails.length, PATIENCE).toBe(1)
    expect(asked).toBe(1)
    await pools.owner.query('DELETE FROM mail_suppressions WHERE address = $1', [gone])
    expect(await isSuppressed(pools.worker, gone)).toBe(false)
  })

  it('a mail that is refused for what it is, is given up at once, and its address is not to blame', async () => {
    const to = newAddress()
    const { sink, relay, ask, jobs } = await openSmtp({ onMail: () => ({ code: 554, text: '5.7.1 Spam' }) })
    await ask(reset(to))
    await relay.drain()
    await expect.poll(() => jobs.queue.getJobCounts('failed', 'delayed'), PATIENCE).toEqual({ failed: 1, delayed: 0 })
    expect(sink.offered).toHaveLength(1)
    expect(await isSuppressed(pools.worker, to)).toBe(false)
  })

  it('a mail whose link has ended before a server took it is not sent any more', async () => {
    const { sink, jobs } = await openSmtp()
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    for (const minutes of [15, 10])
      await jobs.enqueue({ messageId: String(minutes), askedAt: minutesAgo(minutes), ...sealMail(reset(`asked-${minutes}@example.com`), mailKey) })
    await expect.poll(() => jobs.queue.getJobCounts('completed', 'failed'), PATIENCE).toEqual({ completed: 2, failed: 0 })
    expect(sink.mails.map((mail) => JSON.stringify(mail.to).includes('asked-10@'))).toEqual([true])
  })

  it('goes by Resend too, where every try has the same idempotency key', async () => {
    const sink = await startResendSink((count) => (count === 1 ? { status: 429, headers: { 'retry-after': '0' } } : { status: 200 }))
    closers.push(sink.close)
    const { relay, ask } = await openRoad({ kind: 'resend', url: sink.url, apiKey: RESEND_TEST_KEY })
    const to = newAddress()
    await ask(reset(to))
    await relay.drain()
    await expect.poll(() => sink.requests.length, PATIENCE).toBe(2)
    expect(new Set(sink.requests.map(({ key }) => key)).size).toBe(1)
    expect(sink.requests[1]?.body).toMatchObject({ to: [to], subject: 'Choose a new password' })
  })
})

describe('the wait before another try', () => {
  const after = (attempts: number, error: unknown = new Error('no'), random = 1) => delayAfter({ attempts, error, firstDelayMs: 5_000, random: () => random })

  it('doubles up to an hour, less up to a half at random', () => {
    expect([1, 2, 3, 13, 60].map((attempts) => after(attempts))).toEqual([5_000, 10_000, 20_000, 3_600_000, 3_600_000])
    expect(after(3, new Error('no'), 0)).toBe(10_000)
  })

  it('is never shorter than the server asked for', () => {
    const asked = new MailDelayed('429', 60_000)
    expect([after(1, asked, 0), after(1, asked), after(8, asked)]).toEqual([60_000, 66_000, 640_000])
  })
})
