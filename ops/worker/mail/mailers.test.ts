import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAIL_SAMPLES } from '../testing/mailSamples.ts'
import { RESEND_TEST_KEY, startResendSink, type ResendAnswer } from '../testing/resendSink.ts'
import { startSmtpSink, type SmtpSinkOptions } from '../testing/smtpSink.ts'
import { AddressRefused, MailDelayed, MailRefused } from './failures.ts'
import { createMailer, type Letter } from './mailer.ts'
import { readTemplates } from './templates.ts'
import { writeLetter } from './writeLetter.ts'

const from = 'UnMoGrowP <no-reply@growth.example>'
const publicUrl = 'https://growth.example'
const letter: Letter = { id: 'mail-1', to: 'ada@example.com', subject: 'Hello', text: 'Grüße\n', html: '<p>Grüße</p>' }

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

describe('by SMTP', () => {
  async function open(options: SmtpSinkOptions = {}) {
    const sink = await startSmtpSink(options)
    closers.push(sink.close)
    return { sink, mailer: createMailer({ kind: 'smtp', url: sink.url }, from) }
  }

  it('every kind arrives as HTML and text with the same link', async () => {
    const { sink, mailer } = await open()
    const templates = await readTemplates()
    for (const { mail, path, subject } of MAIL_SAMPLES) {
      await mailer.send(writeLetter({ id: `mail-${mail.kind}`, mail, template: templates[mail.kind], publicUrl }))
      const got = sink.mails.at(-1)!
      expect(got).toMatchObject({ subject, messageId: `<mail-${mail.kind}@growth.example>`, from: { text: '"UnMoGrowP" <no-reply@growth.example>' } })
      expect(got.to).toMatchObject({ value: [{ address: 'ada@example.com' }] })
      expect(got.headers.get('auto-submitted')).toBe('auto-generated')
      const link = `${publicUrl}${path}`
      expect(got.text).toContain(`\n${link}\n`)
      expect(new Set([...String(got.html).matchAll(/href="([^"]*)"/g)].map(([, href]) => href))).toEqual(new Set([link]))
    }
    expect(sink.mails).toHaveLength(MAIL_SAMPLES.length)
  })

  it('a subject with line breaks and letters of any language starts no header', async () => {
    const { sink, mailer } = await open()
    await mailer.send({ ...letter, subject: 'Grüße שלום\r\nBcc: eve@example.com' })
    expect(sink.mails[0]?.subject).toBe('Grüße שלום Bcc: eve@example.com')
    expect(sink.mails[0]?.bcc).toBeUndefined()
  })

  it.each([
    { code: 550, text: '5.1.1 There is no <ada@example.com> here' },
    { code: 550, text: '5.2.1 Mailbox disabled' },
    { code: 551, text: 'User not local' },
  ])('a recipient refused with $code $text is refused for good', async (refusal) => {
    const { mailer } = await open({ onRecipient: () => refusal })
    const error = await mailer.send(letter).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(AddressRefused)
    expect((error as Error).message).not.toContain('ada@')
  })

  it.each([
    { code: 550, text: '5.7.1 Relaying denied' },
    { code: 552, text: '5.2.2 Mailbox full' },
    { code: 554, text: 'We do not like you' },
  ])('a policy, $code $text, is no fault of the address', async (refusal) => {
    const { mailer } = await open({ onRecipient: () => refusal })
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(MailRefused)
  })

  it('a mail that is refused whole is given up; an address that only its content shows to be gone is suppressed', async () => {
    const said = [
      { code: 554, text: '5.7.1 Spam' },
      { code: 550, text: '5.1.1 Nobody' },
    ]
    const { mailer } = await open({ onMail: (count) => said[count - 1] ?? null })
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(MailRefused)
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(AddressRefused)
  })

  it('a server that is busy, or is not there, is asked again', async () => {
    const { mailer, sink } = await open({ onRecipient: () => ({ code: 451, text: '4.7.1 Greylisted' }) })
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(MailDelayed)
    await sink.close()
    closers.pop()
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(MailDelayed)
  })
})

describe('by Resend', () => {
  async function open(onMail?: (count: number) => ResendAnswer, apiKey = RESEND_TEST_KEY) {
    const sink = await startResendSink(onMail)
    closers.push(sink.close)
    return { sink, mailer: createMailer({ kind: 'resend', url: sink.url, apiKey }, from) }
  }
  const failureOf = async (answer: ResendAnswer) => (await open(() => answer)).mailer.send(letter).catch((error: unknown) => error)

  it('posts the mail with a key by which it is sent once', async () => {
    const { sink, mailer } = await open()
    await mailer.send(letter)
    await mailer.send(letter)
    const headers = { 'Message-ID': '<mail-1@growth.example>', 'Auto-Submitted': 'auto-generated' }
    const expected = { key: 'mail-1', body: { from, to: ['ada@example.com'], subject: 'Hello', text: 'Grüße\n', html: '<p>Grüße</p>', headers } }
    expect(sink.requests).toEqual([expected, expected])
  })

  it('tells an address that is refused from a mail that is', async () => {
    const validation = (message: string) => failureOf({ status: 422, body: { statusCode: 422, name: 'validation_error', message } })
    const error = await validation('Invalid `to` field: ada@example.com is not an address.')
    expect(error).toBeInstanceOf(AddressRefused)
    expect((error as Error).message).toBe('422 validation_error: Invalid `to` field: (address) is not an address.')
    expect(await validation('Invalid `from` field.')).toBeInstanceOf(MailRefused)
    expect(await failureOf({ status: 409, body: { name: 'invalid_idempotent_request' } })).toBeInstanceOf(MailRefused)
    expect(await failureOf({ status: 409, body: { name: 'concurrent_idempotent_requests' } })).toBeInstanceOf(MailDelayed)
  })

  it('waits as long as it is told, and tries again what is not its fault', async () => {
    expect(await failureOf({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({ name: 'MailDelayed', retryAfterMs: 7_000 })
    const inTenMinutes = new Date(Date.now() + 600_000).toUTCString()
    const dated = await failureOf({ status: 429, headers: { 'retry-after': inTenMinutes } })
    expect((dated as MailDelayed).retryAfterMs).toBeGreaterThan(500_000)
    expect(await failureOf({ status: 429, headers: { 'retry-after': 'soon' } })).toMatchObject({ retryAfterMs: null })
    expect(await failureOf({ status: 500 })).toBeInstanceOf(MailDelayed)
    const { mailer } = await open(undefined, 'a wrong key')
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(MailDelayed)
  })

  it('a provider that is not there is asked again, and its secret is not in the error', async () => {
    const { sink, mailer } = await open()
    await closers.pop()?.()
    await expect(mailer.send(letter)).rejects.toMatchObject({ name: 'MailDelayed', message: 'The provider cannot be reached: TypeError' })
    expect(sink.requests).toEqual([])
  })
})

describe('into files', () => {
  let folder: string
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'umg-mail-')), 'outbox')
    closers.push(() => rmSync(join(folder, '..'), { recursive: true, force: true }))
  })

  it('writes a mail once, for its owner alone, as a mail and as what the gateway shows', async () => {
    const mailer = createMailer({ kind: 'files', folder }, from)
    await mailer.send(letter)
    const file = join(folder, 'mail-1.eml')
    const first = readFileSync(file, 'utf8')
    expect(first).toMatch(/^Message-ID: <mail-1@growth\.example>/im)
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'mail-1.json')).mode & 0o777]).toEqual([0o600, 0o600])
    expect(JSON.parse(readFileSync(join(folder, 'mail-1.json'), 'utf8'))).toEqual({ ...letter, at: expect.stringMatching(/^\d{4}-/) })
    await mailer.send({ ...letter, text: 'changed' })
    expect(readFileSync(file, 'utf8')).toBe(first)
    expect(readdirSync(folder).toSorted()).toEqual(['mail-1.eml', 'mail-1.json'])
    await expect(mailer.send({ ...letter, id: '../escape' })).rejects.toThrow(/letters, digits/)
  })
})
