import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { z } from 'zod'

const answerSchema = z.object({
  accepted: z.number(),
  duplicates: z.number(),
  rejected: z.array(z.object({ index: z.number(), code: z.string(), path: z.string(), message: z.string() })),
})
/** The collector's answer to one batch. */
export type BatchAnswer = z.infer<typeof answerSchema>
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** The collector will not take the batch, or did not within the time allowed. */
export class SendFailed extends Error {}

export type SenderOptions = {
  readonly collectorUrl: string
  readonly key: string
  /** How long one batch is tried again while the collector is down or busy. */
  readonly maxWaitMs: number
  readonly connections: number
  /** Told before each wait. */
  readonly onWait: (reason: string) => void
}
export type Sender = { readonly send: (lines: string) => Promise<BatchAnswer>; readonly close: () => Promise<void> }

const FIRST_DELAY_MS = 250
const MAX_DELAY_MS = 10_000
const REQUEST_TIMEOUT_MS = 120_000

/** Sends batches of JSON lines. Tries again on 429, 503 and lost connections: sent twice an event counts once. */
export function createSender({ collectorUrl, key, maxWaitMs, connections, onWait }: SenderOptions): Sender {
  const pool = new Pool(new URL(collectorUrl).origin, { connections, headersTimeout: REQUEST_TIMEOUT_MS, bodyTimeout: REQUEST_TIMEOUT_MS })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }

  async function sendOnce(lines: string): Promise<BatchAnswer | { readonly reason: string; readonly retryAfterMs: number }> {
    const answer = await pool
      .request({ method: 'POST', path: '/v1/events', headers, body: lines })
      .catch((error: unknown) => `the collector does not answer (${error instanceof Error ? error.message : String(error)})`)
    if (typeof answer === 'string') return { reason: answer, retryAfterMs: 0 }
    const body: unknown = await answer.body.json().catch(() => null)
    if (answer.statusCode === 202) return answerSchema.parse(body)
    const told = errorSchema.safeParse(body)
    const reason = told.success ? `${answer.statusCode} ${told.data.error.code}: ${told.data.error.message}` : `the collector answered ${answer.statusCode}`
    if (answer.statusCode !== 429 && answer.statusCode < 500) throw new SendFailed(reason)
    return { reason, retryAfterMs: Number(answer.headers['retry-after'] ?? 0) * 1000 }
  }

  return {
    send: async (lines) => {
      const deadline = performance.now() + maxWaitMs
      for (let attempt = 0; ; attempt++) {
        const answer = await sendOnce(lines)
        if ('accepted' in answer) return answer
        const delay = Math.max(answer.retryAfterMs, Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2))
        if (performance.now() + delay > deadline) throw new SendFailed(`Given up after ${Math.round(maxWaitMs / 1000)} s: ${answer.reason}`)
        onWait(answer.reason)
        await pause(delay)
      }
    },
    close: () => pool.close(),
  }
}
