import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a sender of webhooks says beside the body; Svix, and so Resend, in svix-id, svix-timestamp and svix-signature. */
export type WebhookSigns = { readonly id: unknown; readonly timestamp: unknown; readonly signature: unknown }
export type SignedWebhook = { readonly signs: WebhookSigns; readonly body: Buffer; readonly secret: Buffer; readonly at: Date }

const TOLERANCE_SECONDS = 300
const PREFIX = 'whsec_'
const MIN_SECRET_BYTES = 16
/** Two while the sender changes its secret. */
const MAX_SIGNATURES = 10

/** The bytes of a secret such as `whsec_MfKQ9r8G…`; null when it is none. */
export function webhookSecretOf(text: string): Buffer | null {
  if (!text.startsWith(PREFIX)) return null
  const encoded = text.slice(PREFIX.length)
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.length >= MIN_SECRET_BYTES && bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '') ? bytes : null
}

/** Whether the sender signed this very body within the last five minutes (Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body). */
export function isSignedWebhook({ signs: { id, timestamp, signature }, body, secret, at }: SignedWebhook): boolean {
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return false
  // Dots part what is signed, so an id that has one could stand for another id and time.
  if (!/^[^\s.]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(at.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`)
  return signature
    .split(' ', MAX_SIGNATURES)
    .map((each) => Buffer.from(each))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
