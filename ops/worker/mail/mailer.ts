import type { MailRoute } from '#ops/config.ts'
import { createFileMailer } from './fileMailer.ts'
import { createResendMailer } from './resendMailer.ts'
import { createSmtpMailer } from './smtpMailer.ts'

/** A mail as it leaves. */
export type Letter = {
  /** Names it for ever, also over retries: letters, digits and - only. */
  readonly id: string
  /** The bare address. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type Mailer = {
  /**
   * Resolves when the mail is handed over. Again with the same id it is handed over as the same one: the same file, the same Message-ID, the same
   * idempotency key. Throws AddressRefused, MailRefused or MailDelayed (failures.ts); anything else is worth another try too.
   */
  readonly send: (letter: Letter) => Promise<void>
}

/** `from` is such as `UnMoGrowP <no-reply@example.com>`. */
export function createMailer(route: MailRoute, from: string): Mailer {
  switch (route.kind) {
    case 'smtp':
      return createSmtpMailer(route.url, from)
    case 'resend':
      return createResendMailer(route, from)
    case 'files':
      return createFileMailer(route.folder, from)
  }
}
