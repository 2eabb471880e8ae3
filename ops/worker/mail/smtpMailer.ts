import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { AddressRefused, MailDelayed, MailRefused } from './failures.ts'
import type { Letter, Mailer } from './mailer.ts'
import { messageIdOf } from './messageId.ts'

const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 60_000

/** What nodemailer says of a refusal. */
const refusalSchema = z.object({
  message: z.string(),
  command: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
  response: z.string().optional().catch(undefined),
})
type Refusal = z.infer<typeof refusalSchema>

export function createSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport({ url, connectionTimeout: CONNECT_TIMEOUT_MS, greetingTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS })
  return {
    send: async (letter) => {
      try {
        await transport.sendMail(messageOf(letter, from))
      } catch (error) {
        throw failureOf(refusalSchema.parse(error))
      }
    },
  }
}

/** As an object the address is one address, whatever it holds. */
export const messageOf = ({ id, to, subject, text, html }: Letter, from: string) => ({
  from,
  to: { name: '', address: to },
  subject,
  text,
  html,
  messageId: messageIdOf(id, from),
  headers: { 'Auto-Submitted': 'auto-generated' },
})

function failureOf(refusal: Refusal): Error {
  const { responseCode = 0, command = '', response, message } = refusal
  const said = response ?? message
  // 5xx to a login is our configuration: once that is mended the mails that wait go out.
  if (responseCode < 500 || !['MAIL FROM', 'RCPT TO', 'DATA'].includes(command)) return new MailDelayed(said)
  return isOfAddress(refusal) ? new AddressRefused(said) : new MailRefused(said)
}

/**
 * Whether a 5xx says that there is nobody: a policy (5.7.x), a full mailbox (5.2.2) or a refused relay is no fault of the address. Without an
 * enhanced code (RFC 3463) the plain one tells, where it answers the recipient.
 */
function isOfAddress({ responseCode = 0, command, response = '' }: Refusal): boolean {
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  if (enhanced !== undefined) return /^5\.1\.|^5\.2\.1$/.test(enhanced) && command !== 'MAIL FROM'
  return command === 'RCPT TO' && [550, 551, 553].includes(responseCode)
}
