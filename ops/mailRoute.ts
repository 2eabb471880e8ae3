import { join } from 'node:path'
import type { MailRoute } from './configTypes.ts'
import type { ParsedEnvironment } from './environment.ts'

/** How mail leaves; config.ts has refused two ways at once. */
export function mailRouteOf({ SMTP_URL, RESEND_API_KEY, RESEND_URL }: ParsedEnvironment, dataDir: string): MailRoute {
  if (SMTP_URL !== undefined) return { kind: 'smtp', url: SMTP_URL }
  if (RESEND_API_KEY !== undefined) return { kind: 'resend', url: RESEND_URL.replace(/\/+$/, ''), apiKey: RESEND_API_KEY }
  return { kind: 'files', folder: join(dataDir, 'outbox') }
}

/** The folder of mails that the gateway may show. They hold tokens, so none in production. */
export function shownOutboxOf(env: ParsedEnvironment, dataDir: string): string | null {
  const route = mailRouteOf(env, dataDir)
  return route.kind === 'files' && env.NODE_ENV !== 'production' ? route.folder : null
}
