import http from 'node:http'
import https from 'node:https'
import { isIP, isIPv6, type LookupFunction } from 'node:net'
import { findAddresses, hostOf, parseTarget, RefusedTarget, type TargetRules } from '#ops/security/outsideTarget.ts'

export type PostOptions = TargetRules & {
  /** From the first look at the name until the answer's status. */
  readonly timeoutMs: number
  /** Trusted beside the public authorities; for tests. */
  readonly ca?: string
}
export type Post = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
/** What came back: a status with the beginning of the text, or why there is none. */
export type PostAnswer = { readonly kind: 'answered'; readonly statusCode: number; readonly text: string } | { readonly kind: 'failed'; readonly error: string }

/** Of an answer so much is read and kept. */
export const MAX_ANSWER_BYTES = 1_024
const IDLE_SOCKET_MS = 10_000
const MAX_IDLE_SOCKETS = 256

export type Poster = { readonly post: (post: Post) => Promise<PostAnswer>; readonly close: () => void }

/**
 * Posts to URLs that others chose. Each connection is made to an address that was just looked at, so that a name which leads somewhere else the next
 * moment leads nowhere. Redirects are not followed.
 */
export function createPoster(options: PostOptions): Poster {
  const pooled = { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: IDLE_SOCKET_MS }
  const agents = { 'http:': new http.Agent(pooled), 'https:': new https.Agent({ ...pooled, ...(options.ca === undefined ? {} : { ca: options.ca }) }) }

  async function attempt(post: Post, url: URL, signal: AbortSignal): Promise<PostAnswer> {
    const agent = agents[url.protocol === 'http:' ? 'http:' : 'https:']
    try {
      // An address is not looked up, so it is looked at here; of a name every new connection asks again.
      if (isIP(hostOf(url)) !== 0) await findAddresses(url, options)
      return await send({ url, post, agent, lookup: checkedLookup(url, options), signal })
    } catch (error) {
      if (signal.aborted) return { kind: 'failed', error: `No answer within ${options.timeoutMs} ms.` }
      return { kind: 'failed', error: describe(error) }
    }
  }

  return {
    post: async (post) => {
      const signal = AbortSignal.timeout(options.timeoutMs)
      let url: URL
      try {
        url = parseTarget(post.url)
      } catch (error) {
        return { kind: 'failed', error: describe(error) }
      }
      return attempt(post, url, signal)
    },
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  }
}

/** Gives a new connection the addresses that were looked at, and none other. */
function checkedLookup(url: URL, rules: TargetRules): LookupFunction {
  const familyOf = (address: string): number => (isIPv6(address) ? 6 : 4)
  return async (_hostname, { all }, answer) => {
    try {
      const addresses = await findAddresses(url, rules)
      const [first = ''] = addresses
      if (all === true)
        answer(
          null,
          addresses.map((address) => ({ address, family: familyOf(address) })),
        )
      else answer(null, first, familyOf(first))
    } catch (error) {
      answer(error instanceof Error ? error : new Error(String(error)), '')
    }
  }
}

type Sending = {
  readonly url: URL
  readonly post: Post
  readonly agent: http.Agent
  readonly lookup: LookupFunction
  readonly signal: AbortSignal
}

async function send(sending: Sending): Promise<PostAnswer> {
  const { url, post, agent, lookup, signal } = sending
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https
    const sent = request(url, { method: 'POST', agent, lookup, signal, headers: { ...post.headers, 'content-length': Buffer.byteLength(post.body) } })
    let hasAnswer = false
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (hasAnswer) return
      // The other side closed an idle connection while this was on its way to it: it was not read.
      if (sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) resolve(send(sending))
      else reject(error)
    })
    sent.on('response', (response) => {
      hasAnswer = true
      void readText(response).then((text) => resolve({ kind: 'answered', statusCode: response.statusCode ?? 0, text }))
    })
    sent.end(post.body)
  })
}

/** The beginning of the text. What is too long is not waited for; an answer that breaks off has said its status all the same. */
async function readText(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of response) {
      if (!Buffer.isBuffer(part)) continue
      parts.push(part)
      bytes += part.length
      if (bytes > MAX_ANSWER_BYTES) break
    }
  } catch {
    // Too late, or cut off.
  }
  const text = new TextDecoder().decode(Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES))
  return text.replaceAll('\0', '').toWellFormed()
}

/** In words that the owner of the endpoint may read. */
function describe(error: unknown): string {
  if (error instanceof RefusedTarget) return error.message
  if (!(error instanceof Error)) return 'The request failed.'
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const code: unknown = cause?.code
  return typeof code === 'string' ? `The request failed: ${code}.` : 'The request failed.'
}
