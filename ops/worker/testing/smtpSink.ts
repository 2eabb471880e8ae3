import type { Readable } from 'node:stream'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** What a server says instead of yes. */
export type SmtpRefusal = { readonly code: number; readonly text: string }

export type SmtpSink = {
  readonly url: string
  /** What was accepted, parsed. */
  readonly mails: readonly ParsedMail[]
  /** The Message-IDs that were offered in full, also of those that were then refused. */
  readonly offered: readonly string[]
  readonly close: () => Promise<void>
}

export type SmtpSinkOptions = {
  /** Answers the recipient; null accepts. Default: accepts. */
  readonly onRecipient?: (address: string) => SmtpRefusal | null
  /** Answers the whole mail; `count` are those offered so far, this one too. Default: accepts. */
  readonly onMail?: (count: number) => SmtpRefusal | null
}

/** A real SMTP server on a free port that keeps what it is given. */
export async function startSmtpSink({ onRecipient = () => null, onMail = () => null }: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: ParsedMail[] = []
  const offered: string[] = []
  const errorOf = (refusal: SmtpRefusal | null) => (refusal === null ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
  async function receive(stream: Readable): Promise<Error | null> {
    const mail = await simpleParser(stream)
    offered.push(mail.messageId ?? '')
    const refusal = onMail(offered.length)
    if (refusal === null) mails.push(mail)
    return errorOf(refusal)
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, answer) => answer(errorOf(onRecipient(address))),
    onData: (stream, _session, answer) => void receive(stream).then(answer, answer),
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { url: `smtp://127.0.0.1:${port}`, mails, offered, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
