import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Mailer } from './mailer.ts'
import { checkedId } from './messageId.ts'
import { messageOf } from './smtpMailer.ts'

/** The development outbox: `<id>.eml`, which any mail program opens, and `<id>.json`, which the gateway shows (gateway/rest/developmentOutbox.ts). */
export function createFileMailer(folder: string, from: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return {
    send: async (letter) => {
      const file = join(folder, checkedId(letter.id))
      // Written last: where it is, the mail was sent.
      if (await exists(`${file}.json`)) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const { message } = await transport.sendMail(messageOf(letter, from))
      if (!Buffer.isBuffer(message)) throw new Error('The transport was asked for a buffer.')
      await writeWhole(`${file}.eml`, message)
      await writeWhole(`${file}.json`, JSON.stringify({ ...letter, at: new Date().toISOString() }))
    },
  }
}

/** Whole or not at all: a reader of the folder never sees half a mail. */
async function writeWhole(file: string, content: Buffer | string): Promise<void> {
  await writeFile(`${file}.${process.pid}.new`, content, { mode: 0o600 })
  await rename(`${file}.${process.pid}.new`, file)
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
