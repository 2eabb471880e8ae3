import type { RequestedMail } from '#db/outbox/requestMail.ts'
import type { Letter } from './mailer.ts'
import { escapeHtml, foreignWords, MAX_SENTENCES_LENGTH, plainValue } from './plainValue.ts'
import type { Template } from './templates.ts'

export type LetterOptions = {
  readonly id: string
  readonly mail: RequestedMail
  readonly template: Template
  /** The only source of a link's host. */
  readonly publicUrl: string
}

/** Puts a mail's values into its template. */
export function writeLetter({ id, mail, template, publicUrl }: LetterOptions): Letter {
  const values: Values = { to: plainValue(mail.to), ...valuesOf(mail, publicUrl) }
  return {
    id,
    to: mail.to,
    subject: fill(template.subject, values),
    text: fill(template.text, values),
    html: fill(template.html, values, escapeHtml),
  }
}

type Values = Readonly<Record<string, string>>

function valuesOf(mail: RequestedMail, publicUrl: string): Values {
  switch (mail.kind) {
    case 'welcome':
      return { name: foreignWords(mail.name), link: linkTo(publicUrl, '/') }
    case 'tenantReady':
      return { name: foreignWords(mail.name), tenant: foreignWords(mail.tenant), slug: plainValue(mail.slug), link: linkTo(publicUrl, '/') }
    case 'verifyEmail':
      return { name: foreignWords(mail.name), link: linkTo(publicUrl, '/verify', mail.token) }
    case 'resetPassword':
      return { name: foreignWords(mail.name), link: linkTo(publicUrl, '/reset', mail.token), time: countOf(mail.minutes, 'minute') }
    case 'passwordChanged':
      return { name: foreignWords(mail.name), link: linkTo(publicUrl, '/sessions'), at: momentOf(mail.at), address: knownOr(mail.address) }
    case 'invitation':
      return {
        inviter: foreignWords(mail.inviter),
        tenant: foreignWords(mail.tenant),
        role: plainValue(mail.role),
        link: linkTo(publicUrl, '/invitation', mail.token),
        time: countOf(mail.days, 'day'),
      }
    case 'securityAlert':
      return {
        name: foreignWords(mail.name),
        // It may name a passkey or a device, which have their names from elsewhere.
        what: foreignWords(mail.what, MAX_SENTENCES_LENGTH),
        link: linkTo(publicUrl, '/sessions'),
        at: momentOf(mail.at),
        address: knownOr(mail.address),
        device: foreignWords(knownOr(mail.device)),
      }
  }
}

function linkTo(publicUrl: string, path: string, token: string | null = null): string {
  const link = new URL(publicUrl.replace(/\/+$/, '') + path)
  if (token !== null) link.searchParams.set('token', token)
  return link.href
}

const countOf = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

const knownOr = (text: string | null): string => (text === null || text === '' ? 'not known' : plainValue(text))

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const momentOf = (at: string): string => `${moment.format(new Date(at))} UTC`

/** Every slot at once, so that what looks like a slot in a value stays as it is. */
function fill(template: string, values: Values, escape = (text: string): string => text): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, slot: string) => {
    const value = values[slot]
    if (value === undefined) throw new Error(`A template has the slot ${slot}, which its mail does not fill.`)
    return escape(value)
  })
}
