import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isSuppressed } from '#db/outbox/mailSuppressions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { startPlatform, type TestPlatform } from './testing/startPlatform.ts'

const SECRET = randomBytes(24)
const NOW = new Date('2026-11-23T12:00:00Z')
const SECONDS = String(NOW.getTime() / 1000)

describe('what the mail provider says of mails that it had taken', { timeout: 60_000 }, () => {
  let platform: TestPlatform
  let pools: TestPools
  let to: string
  beforeAll(async () => {
    pools = openTestPools()
    platform = await startPlatform({ now: () => NOW, mailEventSecret: SECRET })
  })
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
  })
  beforeEach(() => {
    to = `${randomUUID()}@example.test`
  })

  // By node:crypto and the text of the specification, apart from the code that verifies.
  const sign = (body: string | Buffer, { id = 'msg_1', timestamp = SECONDS, secret = SECRET } = {}) => ({
    'svix-id': id,
    'svix-timestamp': timestamp,
    'svix-signature': `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`,
  })
  async function post(body: string | Buffer, headers: Record<string, string> = sign(body), url = platform.gateway.url) {
    const response = await fetch(`${url}/api/mail/events`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    const answer = (await response.json()) as { error?: { code: string } }
    return { status: response.status, code: answer.error?.code ?? null }
  }
  const bounced = (bounce: unknown, recipients: unknown = [to]) =>
    JSON.stringify({
      type: 'email.bounced',
      created_at: NOW.toISOString(),
      data: { email_id: '56761188-7520-42d8-8898-ff6fc54ce618', from: 'no-reply@growth.example', to: recipients, subject: 'Hello', bounce },
    })
  const permanent = { type: 'Permanent', subType: 'General', message: 'The mailbox\u0000 does not exist.' }
  const listed = async () =>
    (await pools.owner.query<{ reason: string; mail: string }>('SELECT reason, mail_id AS mail FROM mail_suppressions WHERE address = $1', [to])).rows
  const OK = { status: 200, code: null }
  const REFUSED = { status: 401, code: 'UNAUTHENTICATED' }

  it('puts an address whose mail bounced for good on the list, with the reason, and its owner gets none any more', async () => {
    expect(await post(bounced(permanent, [to.toUpperCase()]))).toEqual(OK)
    expect(await listed()).toEqual([{ reason: 'bounced: Permanent General: The mailbox does not exist.', mail: 'resend:56761188-7520-42d8-8898-ff6fc54ce618' }])
    expect(await isSuppressed(pools.worker, to)).toBe(true)
  })

  it('puts whoever complained there too', async () => {
    const body = JSON.stringify({ type: 'email.complained', data: { email_id: 'e1', to: [`Ada <${to}>`] } })
    expect(await post(body)).toEqual(OK)
    expect(await listed()).toEqual([{ reason: 'complained: marked as spam by its recipient', mail: 'resend:e1' }])
  })

  it('counts an event once that comes again, with the same id or another, and keeps the first reason', async () => {
    const body = bounced(permanent)
    expect(await Promise.all([post(body), post(body)])).toEqual([OK, OK])
    const later = JSON.stringify({ type: 'email.complained', data: { email_id: 'e2', to: [to] } })
    expect(await post(later, sign(later, { id: 'msg_2' }))).toEqual(OK)
    expect(await listed()).toMatchObject([{ reason: expect.stringMatching(/^bounced/) }])
  })

  it.each([
    ['a bounce that may pass', () => bounced({ type: 'Transient', subType: 'MailboxFull', message: 'Full' })],
    ['one of which the provider does not know', () => bounced({ type: 'Undetermined', subType: 'Undetermined', message: '' })],
    ['one without a kind', () => bounced(undefined)],
    ['a mail to several, of which none is ours', () => bounced(permanent, [to, 'bob@example.test'])],
    ['a delivery', () => JSON.stringify({ type: 'email.delivered', data: { email_id: 'e1', to: [to] } })],
    ['an event of a kind to come', () => JSON.stringify({ type: 'domain.dreamt', data: null })],
  ])('takes %s, and leaves the list as it is', async (_what, body) => {
    expect(await post(body())).toEqual(OK)
    expect(await listed()).toEqual([])
  })

  it('believes no signature that is wrong, old, cut or for other bytes', async () => {
    const body = bounced(permanent)
    const good = sign(body)
    const at = (seconds: number) => String(Number(SECONDS) + seconds)
    const signature = good['svix-signature']
    for (const headers of [
      {},
      { ...good, 'svix-signature': '' },
      { ...good, 'svix-signature': signature.slice(0, -4) },
      { ...good, 'svix-signature': `v1,${randomBytes(32).toString('base64')}` },
      { ...good, 'svix-id': 'msg_2' },
      { ...good, 'svix-timestamp': at(1) },
      sign(body, { timestamp: at(-301) }),
      sign(body, { timestamp: at(301) }),
      sign(body, { secret: randomBytes(24) }),
      sign(`${body} `),
    ])
      expect(await post(body, headers)).toEqual(REFUSED)
    expect(await listed()).toEqual([])
    expect(await post(body, { ...good, 'svix-signature': `v1,${randomBytes(32).toString('base64')} ${signature}` })).toEqual(OK)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['a kind that is no text', '{"type":{"toString":1}}'],
    ['no recipients', JSON.stringify({ type: 'email.complained', data: { email_id: 'e1', to: [] } })],
    ['a recipient that is no address', JSON.stringify({ type: 'email.complained', data: { email_id: 'e1', to: ["'; DROP TABLE accounts --"] } })],
    ['a mail without a name', JSON.stringify({ type: 'email.complained', data: { email_id: 'e 1\n', to: ['ada@example.test'] } })],
    ['sixty thousand brackets', '['.repeat(60_000)],
  ])('refuses %s even when it is signed', async (_what, body) => {
    expect(await post(body)).toEqual({ status: 400, code: 'BAD_USER_INPUT' })
  })

  it('reads a body of any type that it is said to be, and none above 64 KiB', async () => {
    const body = bounced(permanent)
    expect(await post(body, { ...sign(body), 'content-type': 'text/plain' })).toEqual(OK)
    const large = ' '.repeat(64 * 1024 + 1)
    expect(await post(large)).toEqual({ status: 413, code: 'TOO_LARGE' })
  })

  it('answers so that the provider tells it again while auth is away, and is not there without a secret', async () => {
    const [away, silent] = [await startPlatform({ now: () => NOW, mailEventSecret: SECRET, hasDatabase: false }), await startPlatform()]
    try {
      expect(await post(bounced(permanent), undefined, away.gateway.url)).toEqual({ status: 503, code: 'DOWNSTREAM_UNAVAILABLE' })
      expect(await post(bounced(permanent), undefined, silent.gateway.url)).toEqual({ status: 404, code: 'NOT_FOUND' })
    } finally {
      await Promise.all([away.close(), silent.close()])
    }
  })

  it('nobody else can say it: the field is not in the API', async () => {
    const response = await fetch(`${platform.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `mutation { suppressAddress(address: "${to}", reason: "", mailId: "") }` }),
    })
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('suppressAddress') }] })
    expect(await listed()).toEqual([])
  })
})
