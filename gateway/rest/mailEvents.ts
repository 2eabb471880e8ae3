import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedWebhook } from '#ops/security/webhookSignature.ts'
import { failure } from '#ops/service/errors.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import { gatewayMay } from '../gatewayIdentity.ts'
import type { Caller, Upstream } from '../upstream.ts'
import { answerError } from './answer.ts'

/** An event says what happened to one mail. */
const MAX_BODY_BYTES = 64 * 1024
const MAX_REASON_LENGTH = 300
const GATEWAY = gatewayMay('mail:suppress')
const SUPPRESS = `mutation SuppressAddress($address: String!, $reason: String!, $mailId: String!) {
  suppressAddress(address: $address, reason: $reason, mailId: $mailId) }`

const addresses = z.array(z.string().max(1_000)).min(1).max(100)
const kind = z.string().max(100).default('')
const emailId = z.string().regex(/^[\w-]{1,100}$/)
const Bounced = z.object({
  type: z.literal('email.bounced'),
  data: z.object({ email_id: emailId, to: addresses, bounce: z.object({ type: kind, subType: kind, message: z.string().default('') }).prefault({}) }),
})
const Complained = z.object({ type: z.literal('email.complained'), data: z.object({ email_id: emailId, to: addresses }) })
const OfInterest = z.discriminatedUnion('type', [Bounced, Complained])
const AnyEvent = z.object({ type: z.string() })
const Address = z.email().max(320)
const Done = z.object({ suppressAddress: z.literal(true) })

export type MailEventsOptions = {
  readonly auth: Upstream
  /** Of the webhook at the provider. */
  readonly secret: Buffer
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Omit<Caller, 'identity'>
  readonly metrics: Metrics
  readonly now: () => Date
}

/**
 * POST /events: what the mail provider (Resend) says of mails that it had taken: a permanent bounce or a complaint puts the address on the list of those
 * that get none. Told twice it is the same, so nothing is kept of an event's id. An answer of 5xx is told again by the provider.
 */
export function registerMailEvents(server: FastifyInstance, { auth, secret, callerOf, metrics, now }: MailEventsOptions): void {
  // What is signed are the bytes, whatever they say that they are.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => done(null, body))
  server.addHook('onResponse', async (_request, reply) =>
    metrics.observe({ kind: 'rest', outcome: reply.statusCode < 500 ? 'ok' : 'errors', seconds: reply.elapsedTime / 1000 }),
  )
  server.post('/events', { bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
    const caller = callerOf(request, reply)
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = request.headers
    if (!isSignedWebhook({ signs: { id, timestamp, signature }, body, secret, at: now() }))
      return answerError(reply, { code: 'UNAUTHENTICATED', message: 'The signature of the event is missing, wrong or more than five minutes old.' })
    const event = readEvent(body)
    if (event === 'malformed') return answerError(reply, { code: 'BAD_USER_INPUT', message: 'The event is not one that can be read.' })
    return inRequest(caller, async () => {
      const { log } = caller
      if (event === 'of no interest') return reply.code(200).send({})
      const { address, reason, mailId } = event
      const asked = { query: SUPPRESS, operationName: 'SuppressAddress', variables: { address, reason, mailId }, isRepeatable: true }
      const response = await auth.send(asked, { ...caller, identity: GATEWAY, cookie: null }).catch(() => null)
      if (response === null || response.errors !== undefined || !Done.safeParse(response.data).success)
        return answerError(reply, { code: 'DOWNSTREAM_UNAVAILABLE', message: failure('DOWNSTREAM_UNAVAILABLE', { name: auth.name }).message })
      log.warn({ mail: mailId, kind: event.kind }, 'a mail came back, and its address is suppressed')
      return reply.code(200).send({})
    })
  })
}

type Suppression = { readonly kind: string; readonly address: string; readonly reason: string; readonly mailId: string }

function readEvent(body: Buffer): Suppression | 'of no interest' | 'malformed' {
  const json = parseJson(body)
  const any = AnyEvent.safeParse(json)
  if (!any.success) return 'malformed'
  if (!OfInterest.options.some(({ shape }) => shape.type.value === any.data.type)) return 'of no interest'
  const parsed = OfInterest.safeParse(json)
  if (!parsed.success) return 'malformed'
  const { type, data } = parsed.data
  const isBounce = type === 'email.bounced'
  // A mailbox that is full or a server that is away is none of the address's fault, and the provider tried again before it said so.
  if (isBounce && data.bounce.type.toLowerCase() !== 'permanent') return 'of no interest'
  // Our mails have one recipient. Of a mail with several nobody could say which of them it was, and it is none of ours.
  const [first = '', ...others] = data.to
  const address = Address.safeParse(/<([^<>]*)>\s*$/.exec(first)?.[1] ?? first)
  if (others.length > 0) return 'of no interest'
  if (!address.success) return 'malformed'
  const said = isBounce ? `bounced: ${data.bounce.type} ${data.bounce.subType}: ${data.bounce.message}` : 'complained: marked as spam by its recipient'
  return { kind: type, address: address.data, reason: said.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, MAX_REASON_LENGTH), mailId: `resend:${data.email_id}` }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
