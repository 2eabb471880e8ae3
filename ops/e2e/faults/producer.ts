import { setTimeout as wait } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'

export type ProducerOptions = {
  readonly collectorUrl: string
  readonly ingestKey: string
  readonly ledger: Ledger
  readonly perSecond: number
  /** How much of it is sent once more on purpose, 0 to 1. */
  readonly redelivered: number
  /** Tells the events of one run from those of another. */
  readonly run: string
}

export type Producer = {
  readonly batches: () => number
  readonly redeliveries: () => number
  /** Sends no more, and resolves when all that was begun is accepted. */
  readonly stop: () => Promise<void>
}

const EVERY_MS = 50
const RETRY_MS = 100
const REQUEST_MS = 10_000

/** Sends conversions as an SDK does: a batch is sent again until it is accepted, also when its answer was lost. */
export function startProducer({ collectorUrl, ingestKey, ledger, perSecond, redelivered, run }: ProducerOptions): Producer {
  const size = Math.max(1, Math.round((perSecond * EVERY_MS) / 1000))
  const sending = new Set<Promise<void>>()
  let batches = 0
  let redeliveries = 0
  let isOver = false

  async function send(amounts: readonly number[]): Promise<void> {
    const body = JSON.stringify(amounts.map((amount) => conversion(run, amount)))
    for (;;) {
      const isAccepted = await post(collectorUrl, { ingestKey, body })
      if (isAccepted) break
      await wait(RETRY_MS)
    }
    ledger.accept(amounts)
    if (Math.random() >= redelivered) return
    redeliveries += 1
    // Whether this one is accepted changes nothing.
    await post(collectorUrl, { ingestKey, body })
  }

  const begun = performance.now()
  const timer = setInterval(() => {
    // Timers come late, and later on a busy machine: what was due meanwhile is sent now.
    for (const due = (performance.now() - begun) / EVERY_MS; !isOver && batches < due; batches += 1) {
      const sent: Promise<void> = send(Array.from({ length: size }, () => ledger.next())).finally(() => sending.delete(sent))
      sending.add(sent)
    }
  }, EVERY_MS)

  return {
    batches: () => batches,
    redeliveries: () => redeliveries,
    stop: async () => {
      isOver = true
      clearInterval(timer)
      await Promise.all(sending)
    },
  }
}

function conversion(run: string, amount: number): object {
  return {
    eventId: `${run}-${amount}`,
    event: 'purchase',
    occurredAt: new Date().toISOString(),
    userId: `${run}-${amount % 1000}`,
    revenue: { amount: String(amount), currency: 'USD' },
  }
}

/** Whether it was accepted; an answer that it never will be is thrown. */
async function post(url: string, { ingestKey, body }: { readonly ingestKey: string; readonly body: string }): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    const text = await answer.text()
    if (answer.status === 202) return true
    if (answer.status < 500 && answer.status !== 429) throw new Refused(`The collector answered ${answer.status} ${text.slice(0, 300)}`)
    return false
  } catch (error) {
    if (error instanceof Refused) throw error
    return false
  }
}

class Refused extends Error {}
