import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'

export type Mail = {
  /** Names the mail for ever: letters, digits and - only. The same one is written once. */
  readonly id: string
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
}

export type Mailer = {
  /** Resolves when the mail is handed over. Again with the same id changes nothing in the folder, and carries the same Message-ID by SMTP. */
  readonly send: (mail: Mail) => Promise<void>
}

export type MailerOptions = {
  /** null: mail is written to `<dataDir>/outbox/<id>.eml`. */
  readonly smtpUrl: string | null
  readonly dataDir: string
  /** Such as `UnMoGrowP <no-reply@example.com>`. */
  readonly from: string
}

const MESSAGE_ID = /^[A-Za-z0-9-]{1,100}$/

/** Sends by SMTP where it is configured; in development mail is files that any mail program opens. */
export function createMailer({ smtpUrl, dataDir, from }: MailerOptions): Mailer {
  return smtpUrl === null ? createFileMailer(join(dataDir, 'outbox'), from) : createSmtpMailer(smtpUrl, from)
}

function createSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(url)
  return { send: async (mail) => void (await transport.sendMail(messageOf(mail, from))) }
}

function createFileMailer(folder: string, from: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return {
    send: async (mail) => {
      const file = join(folder, `${checkedId(mail.id)}.eml`)
      if (await exists(file)) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const { message } = await transport.sendMail(messageOf(mail, from))
      if (!Buffer.isBuffer(message)) throw new Error('The transport was asked for a buffer.')
      // Whole or not at all: a reader of the folder never sees half a mail.
      await writeFile(`${file}.${process.pid}.new`, message, { mode: 0o600 })
      await rename(`${file}.${process.pid}.new`, file)
    },
  }
}

const messageOf = ({ id, to, subject, text }: Mail, from: string) => ({ from, to, subject, text, messageId: `<${checkedId(id)}@unmogrowp>` })

function checkedId(id: string): string {
  if (!MESSAGE_ID.test(id)) throw new Error('The id of a mail has letters, digits and - only.')
  return id
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
