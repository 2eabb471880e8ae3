import { createHmac } from 'node:crypto'

/**
 * The header `Umg-Signature`: `t=<Unix seconds>,v1=<hex>`, the hex being HMAC-SHA256 over `<Unix seconds>.<body>` under the whole text of the secret as
 * UTF-8. A receiver lets the time be 300 seconds from its own. With two secrets, while one follows the other, there are two v1.
 */
export function signatureOf(secrets: readonly string[], { body, at }: { readonly body: string; readonly at: Date }): string {
  const seconds = Math.floor(at.getTime() / 1_000)
  const signed = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'))
  return [`t=${seconds}`, ...signed.map((hex) => `v1=${hex}`)].join(',')
}
