import { z } from 'zod'
import { AddressRefused, MailDelayed, MailRefused } from './failures.ts'
import type { Mailer } from './mailer.ts'
import { checkedId, messageIdOf } from './messageId.ts'

export type ResendOptions = { readonly url: string; readonly apiKey: string }

const TIMEOUT_MS = 20_000
const MAX_RETRY_AFTER_MS = 86_400_000

const problemSchema = z.object({ name: z.string().catch(''), message: z.string().catch('') }).catch({ name: '', message: '' })

/** Resend's HTTP interface, or one that speaks like it. */
export function createResendMailer({ url, apiKey }: ResendOptions, from: string): Mailer {
  return {
    send: async ({ id, to, subject, text, html }) => {
      const response = await fetch(`${url}/emails`, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'idempotency-key': checkedId(id) },
        body: JSON.stringify({ from, to: [to], subject, text, html, headers: { 'Message-ID': messageIdOf(id, from), 'Auto-Submitted': 'auto-generated' } }),
      }).catch((error: unknown) => {
        throw new MailDelayed(`The provider cannot be reached: ${error instanceof Error ? error.name : 'unknown'}`)
      })
      const body = await response.text().catch(() => '')
      if (!response.ok) throw failureOf(response, problemSchema.parse(parseJson(body)))
    },
  }
}

function failureOf({ status, headers }: Response, { name, message }: z.infer<typeof problemSchema>): Error {
  const said = `${status} ${name}: ${message}`
  switch (status) {
    case 422:
      // The same code tells of our own sender and fields, for which no address is to blame.
      return /`to`|\brecipient\b/i.test(message) ? new AddressRefused(said) : new MailRefused(said)
    case 400:
    case 413:
      return new MailRefused(said)
    case 409:
      // Already handed over under this key, in other words.
      return name === 'invalid_idempotent_request' ? new MailRefused(said) : new MailDelayed(said)
    default:
      return new MailDelayed(said, retryAfterMs(headers.get('retry-after')))
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(text: string | null): number | null {
  if (text === null) return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
