import { createHmac } from 'node:crypto'

/** How far a receiver lets the time in the header be from its own clock, in seconds. */
export const SIGNATURE_TOLERANCE_SECONDS = 300

/**
 * The header `Umg-Signature`: `t=<Unix seconds>,v1=<hex>`, the hex being HMAC-SHA256 over `<Unix seconds>.<body>` under the whole text of the secret as
 * UTF-8. With two secrets, while one follows the other, there are two v1.
 */
export function signatureOf(secrets: readonly string[], { body, at }: { readonly body: string; readonly at: Date }): string {
  const seconds = Math.floor(at.getTime() / 1_000)
  const signed = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'))
  return [`t=${seconds}`, ...signed.map((hex) => `v1=${hex}`)].join(',')
}
