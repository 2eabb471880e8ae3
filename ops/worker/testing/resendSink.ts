import { createServer } from 'node:http'
import { z } from 'zod'

const emailSchema = z.object({
  from: z.string(),
  to: z.tuple([z.email()]),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()),
})

export type ResendRequest = { readonly key: string; readonly body: z.infer<typeof emailSchema> }
export type ResendAnswer = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

export type ResendSink = {
  readonly url: string
  /** Every request, in order. */
  readonly requests: readonly ResendRequest[]
  readonly close: () => Promise<void>
}

export const RESEND_TEST_KEY = 're_test_key'

/** An HTTP server that checks requests as Resend does, and answers what `onMail` says. */
export async function startResendSink(onMail: (count: number) => ResendAnswer = () => ({ status: 200, body: { id: 'r-1' } })): Promise<ResendSink> {
  const requests: ResendRequest[] = []
  const server = createServer((request, response) => {
    const answer = ({ status, body = {}, headers = {} }: ResendAnswer) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/emails') return answer({ status: 404, body: { name: 'not_found' } })
      if (request.headers.authorization !== `Bearer ${RESEND_TEST_KEY}`) return answer({ status: 401, body: { name: 'invalid_api_key' } })
      const key = request.headers['idempotency-key']
      const body = emailSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      if (typeof key !== 'string' || !body.success) return answer({ status: 400, body: { name: 'validation_error', message: body.error?.message } })
      requests.push({ key, body: body.data })
      return answer(onMail(requests.length))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, requests, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
