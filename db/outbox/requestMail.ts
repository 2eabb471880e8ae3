import { z } from 'zod'
import { createCursorSealer } from '#ops/security/cursor.ts'
import { appendOutboxIn, type SqlExecutor } from './append.ts'

/** The topic by which a mail is asked for. */
export const MAIL_REQUESTED = 'mail.requested'

/** Every mail that we send, with what its template says. A `token` goes into the link and is a secret. */
export const mailSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('welcome'), to: z.email(), name: z.string() }),
  // A tenant that somebody asked for can be entered.
  z.object({ kind: z.literal('tenantReady'), to: z.email(), name: z.string(), tenant: z.string(), slug: z.string() }),
  z.object({ kind: z.literal('verifyEmail'), to: z.email(), name: z.string(), token: z.string() }),
  z.object({ kind: z.literal('resetPassword'), to: z.email(), name: z.string(), token: z.string(), minutes: z.int() }),
  z.object({ kind: z.literal('passwordChanged'), to: z.email(), name: z.string(), at: z.iso.datetime(), address: z.string().nullable() }),
  z.object({ kind: z.literal('invitation'), to: z.email(), inviter: z.string(), tenant: z.string(), role: z.string(), token: z.string(), days: z.int() }),
  z.object({
    kind: z.literal('securityAlert'),
    to: z.email(),
    name: z.string(),
    /** A sentence: what was noticed. */
    what: z.string(),
    at: z.iso.datetime(),
    address: z.string().nullable(),
    device: z.string().nullable(),
  }),
])
export type RequestedMail = z.infer<typeof mailSchema>

/** Payload of `mail.requested`: the mail sealed, since outbox rows are kept for days and a token in one is as good as a password. */
export const sealedMailSchema = z.object({ sealed: z.string() })

export type MailRequest = {
  /** The tenant of the transaction; null for the role umg_auth. */
  readonly tenantId: string | null
  /** Mails of one aggregate go in order, such as `account:<id>`. */
  readonly aggregate: string
  readonly mail: RequestedMail
  /** `config.mailKey`. */
  readonly mailKey: string
}

/** Asks for a mail in the caller's own transaction. */
export async function requestMail(em: SqlExecutor, { tenantId, aggregate, mail, mailKey }: MailRequest): Promise<void> {
  await appendOutboxIn(em, { tenantId, topic: MAIL_REQUESTED, aggregate, payload: sealMail(mail, mailKey) })
}

/** The mail as it may lie in a database. */
export function sealMail(mail: RequestedMail, mailKey: string): z.infer<typeof sealedMailSchema> {
  return { sealed: sealerOf(mailKey).seal(Buffer.from(JSON.stringify(mailSchema.parse(mail)))) }
}

/** The mail of a message's payload; throws when it was sealed under another key. */
export function openMailRequest(payload: unknown, mailKey: string): RequestedMail {
  const opened = sealerOf(mailKey).open(sealedMailSchema.parse(payload).sealed)
  if (opened === null) throw new Error('A requested mail was sealed under another key.')
  return mailSchema.parse(JSON.parse(opened.toString('utf8')))
}

const sealerOf = (mailKey: string) => createCursorSealer(mailKey, ['mail'])
