import { describe, expect, it } from 'vitest'
import type { RequestedMail } from '#db/outbox/requestMail.ts'
import { MAIL_SAMPLES } from '../testing/mailSamples.ts'
import { foreignWords, plainValue } from './plainValue.ts'
import { readTemplates } from './templates.ts'
import { writeLetter } from './writeLetter.ts'

const write = async (mail: RequestedMail, publicUrl = 'https://growth.example') =>
  writeLetter({ id: 'm1', mail, template: (await readTemplates())[mail.kind], publicUrl })
const welcome = (name: string) => write({ kind: 'welcome', to: 'ada@example.com', name })

describe('a letter', () => {
  it.each(MAIL_SAMPLES)('of the kind $mail.kind has one link, in HTML and in text', async ({ mail, path, subject }) => {
    const letter = await write(mail)
    const link = `https://growth.example${path}`
    expect(letter.subject).toBe(subject)
    expect(letter.text.split('\n').filter((line) => line.includes('://'))).toEqual([link])
    expect(new Set([...letter.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href))).toEqual(new Set([link]))
    expect(`${letter.subject}${letter.text}${letter.html}`).not.toMatch(/\{\{|\[\[|undefined|null/)
  })

  it('of an alert says all of it, the code at its end too, and makes no link of a name', async () => {
    const unusual = 'It came from a country that it never came from before: DE. '.repeat(6)
    const what = `The passkey "https://evil.example/" wants to log in. ${unusual}If it is you, the code is 123456, good for five minutes.`
    const alert = { kind: 'securityAlert', to: 'ada@example.com', name: 'Ada', what, at: '2026-05-01T12:00:00Z', address: null, device: null } as const
    for (const text of Object.values(await write(alert)).slice(-2)) {
      expect(text).toContain('the code is 123456, good for five minutes.')
      expect(text).not.toContain('evil.example')
    }
  })

  it('loads nothing from elsewhere: no font, picture, style or script', async () => {
    for (const { mail } of MAIL_SAMPLES) expect((await write(mail)).html).not.toMatch(/<link|<script|<img|@import|url\(/)
  })

  it('takes the host of its link from the public URL alone, also one with a path', async () => {
    const { text } = await write({ kind: 'verifyEmail', to: 'ada@example.com', name: 'https://evil.example/', token: 't' }, 'https://growth.example/app/')
    expect(text).toContain('\nhttps://growth.example/app/verify?token=t\n')
  })

  it('shows markup in a name as it was written', async () => {
    const { html, text } = await welcome(`<img src=x onerror="a('b')">&amp;`)
    expect(html).toContain('<bdi>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</bdi>')
    expect(text).toContain(`Hello <img src=x onerror="a('b')">&amp;,`)
  })

  it('keeps a name with line breaks on its line, and turns no direction', async () => {
    const { text, html } = await welcome('Ada\r\n\r\nPay here:\u2028now\u202e\u2066 dlog\u200f')
    expect(text).toContain('Hello Ada Pay here: now dlog,\n')
    expect(html).toContain('<bdi>Ada Pay here: now dlog</bdi>')
  })

  it('fills no slot that stands in a value', async () => {
    const mail = { kind: 'resetPassword', to: 'ada@example.com', name: '{{link}}$&', token: 'secret', minutes: 1 } as const
    expect((await write(mail)).text).toContain('Hello {{link}}$&,')
    expect((await write(mail)).text).toContain('within 1 minute;')
  })

  it('lets no name be a link, and cuts one that goes on and on', () => {
    expect(foreignWords('Win at https://evil.example')).toBe('Win at https\u2060:\u2060\u2060/\u2060\u2060/\u2060evil\u2060.\u2060example')
    expect(foreignWords('J. R. Smith')).toBe('J. R. Smith')
    expect(plainValue('x'.repeat(1_000))).toHaveLength(200)
    expect(plainValue(`${'x'.repeat(199)}😀`).isWellFormed()).toBe(true)
  })

  it('says when and from where', async () => {
    const letter = await write({ kind: 'passwordChanged', to: 'ada@example.com', name: 'Ada', at: '2026-03-02T10:05:00Z', address: null })
    expect(letter.text).toContain('When: 2 March 2026 at 10:05 UTC\nFrom the address: not known\n')
  })

  it('reads its templates once, however many ask at the same time', async () => {
    const [first, second] = await Promise.all([readTemplates(), readTemplates()])
    expect(second).toBe(first)
  })
})
