import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChain } from '#db/audit/chain.ts'
import { createClickHouse, type ClickHouseClient } from '#db/clickhouse/client.ts'
import { appendOutbox } from '#db/outbox/append.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { withTransaction } from '#db/pool.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { createMailer, type Mail } from './mail.ts'
import { startMailJobs, type MailJobs } from './mailJobs.ts'
import { ACCOUNT_REGISTERED, createTopics } from './topics.ts'

const log = createLogger({ name: 'worker', level: 'silent' })
const from = 'UnMoGrowP <no-reply@unmogrowp.localhost>'
const mail: Mail = { id: 'welcome-1', to: { name: 'Ada\r\nBcc: eve@example.com', address: 'ada@example.com' }, subject: 'Hello', text: 'Grüße\n' }

let dataDir: string
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'umg-mail-'))
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

describe('a mailer', () => {
  it('writes a mail once, for its owner alone, and a name starts no header', async () => {
    const mailer = createMailer({ smtpUrl: null, dataDir, from })
    await mailer.send(mail)
    const file = join(dataDir, 'outbox', 'welcome-1.eml')
    const first = readFileSync(file, 'utf8')
    expect(first).toMatch(/^Message-ID: <welcome-1@unmogrowp>/im)
    expect(first).not.toMatch(/^Bcc:/im)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await mailer.send({ ...mail, text: 'changed' })
    expect(readFileSync(file, 'utf8')).toBe(first)
    expect(readdirSync(join(dataDir, 'outbox'))).toEqual(['welcome-1.eml'])
    await expect(mailer.send({ ...mail, id: '../escape' })).rejects.toThrow(/letters, digits/)
  })

  it('speaks SMTP where that is configured', async () => {
    const received: string[] = []
    const server = createServer((socket) => {
      let isBody = false
      socket.write('220 test\r\n')
      socket.on('data', (chunk) => {
        const text = chunk.toString()
        received.push(text)
        if (isBody && text.includes('\r\n.\r\n')) isBody = false
        else if (text.startsWith('DATA')) {
          isBody = true
          return void socket.write('354 go on\r\n')
        } else if (isBody) return
        if (text.startsWith('QUIT')) return void socket.end('221 bye\r\n')
        socket.write('250 fine\r\n')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    await createMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, dataDir, from }).send({ ...mail, id: 'welcome-2' })
    server.close()
    expect(received.join('')).toMatch(/RCPT TO:<ada@example.com>[\s\S]*Message-ID: <welcome-2@unmogrowp>/i)
  })
})

describe('a new account', () => {
  let pools: TestPools
  let jobs: MailJobs
  let verifier: ClickHouseClient
  const config = readConfig.worker()
  beforeAll(async () => {
    pools = openTestPools()
    verifier = createClickHouse(config.verifyClickhouse)
    jobs = await startMailJobs({
      databaseUrl: config.postgres.url,
      mailer: createMailer({ smtpUrl: null, dataDir, from }),
      publicUrl: 'http://127.0.0.1:4000',
      log,
      queueName: `mail-${randomUUID()}`,
    })
  })
  afterAll(async () => {
    await jobs?.close()
    await verifier?.close()
    await pools?.close()
  })

  it('is welcomed by one mail, however often the message is delivered', async () => {
    const accountId = randomUUID()
    const aggregate = `account:${accountId}`
    const payload = { accountId, email: 'grace@example.com', name: 'Grace' }
    await withTransaction(pools.auth, (client) => appendOutbox(client, { tenantId: null, topic: ACCOUNT_REGISTERED, aggregate, payload }))
    const copy = { pool: pools.app, clickhouse: config.clickhouse, verifier, tenantSecret: config.tenantSecret }
    const relay = createRelay({
      pool: pools.worker,
      listenUrl: null,
      topics: createTopics({ copy, audit: { pool: pools.app, vault: testVault(), chain: createChain(config.auditKey) }, enqueueMail: jobs.enqueue, log }),
      log,
      aggregates: [aggregate],
    })
    const welcomes = () =>
      readdirSync(join(dataDir, 'outbox'))
        .map((name) => readFileSync(join(dataDir, 'outbox', name), 'utf8'))
        .filter((text) => text.includes('grace@example.com'))
    expect(await relay.drain()).toBe(1)
    await expect.poll(() => welcomes().length, { timeout: 10_000 }).toBe(1)
    expect(welcomes()[0]).toMatch(/Hello Grace/)
    await pools.worker.query('UPDATE outbox SET delivered_at = NULL WHERE aggregate = $1', [aggregate])
    expect(await relay.drain()).toBe(1)
    // A later mail comes out after anything the second delivery could have added.
    await jobs.enqueue({ kind: 'welcome', id: `welcome-${accountId}`, to: 'last@example.com', name: 'Last' })
    await expect.poll(() => readdirSync(join(dataDir, 'outbox')).includes(`welcome-${accountId}.eml`), { timeout: 10_000 }).toBe(true)
    expect(welcomes()).toHaveLength(1)
  })
})
