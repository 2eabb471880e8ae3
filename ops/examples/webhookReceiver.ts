// Receives webhooks: checks the signature, takes each conversion once, and answers quickly. Run it with
//   node ops/examples/webhookReceiver.ts <file with the secret> [port]
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'

const TOLERANCE_SECONDS = 300

/** `t=<Unix seconds>,v1=<hex>`, with two v1 while the secret changes: one of them must be HMAC-SHA256 over `<Unix seconds>.<body>`. */
export function isSigned(header: string, body: Buffer, { secret, nowSeconds }: { readonly secret: string; readonly nowSeconds: number }): boolean {
  const parts = header.split(',').map((part) => part.split('='))
  const time = Number(parts.find(([name]) => name === 't')?.[1])
  // An old request that somebody sends again is not believed; NaN is not within either.
  if (!(Math.abs(nowSeconds - time) <= TOLERANCE_SECONDS)) return false
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
  const signatures = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'))
  return signatures.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))
}

export type Conversion = { readonly id: string; readonly sequence: string; readonly event: string; readonly cursor: string; readonly isTest: boolean }

/** `onConversion` must have kept what it was told when it returns; then it is acknowledged and not sent again. */
export function createReceiver({ secret, onConversion }: { readonly secret: string; readonly onConversion: (conversion: Conversion) => void }): Server {
  // At least once means now and then twice. Keep the ids where the conversions are kept: this set forgets them when the process ends.
  const taken = new Set<string>()
  return createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const header = String(request.headers['umg-signature'])
      if (!isSigned(header, body, { secret, nowSeconds: Date.now() / 1000 })) return void response.writeHead(401).end()
      const conversion: Conversion = JSON.parse(body.toString('utf8'))
      if (!taken.has(conversion.id)) onConversion(conversion)
      taken.add(conversion.id)
      response.writeHead(204).end()
    })
  })
}

if (import.meta.main) {
  const [file = '', port = '9000'] = process.argv.slice(2)
  const secret = readFileSync(file, 'utf8').trim()
  createReceiver({ secret, onConversion: (conversion) => void process.stdout.write(`${JSON.stringify(conversion)}\n`) }).listen(Number(port))
}
