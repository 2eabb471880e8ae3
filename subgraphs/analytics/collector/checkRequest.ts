import { createSummarizer } from '#db/ingest/eventSummary.ts'
import type { IngestEvent, RejectedEvent, Submission } from '#db/ingest/ingestEvent.ts'
import type { RateQuestion } from '#db/ingest/exchangeRates.ts'
import { checkEvent, priceEvent, type CheckedEvent, type PricedEvent, type RequestScope } from './checkEvent.ts'
import { createDrafts } from './drafts.ts'
import { DAY_MS, dayOf } from './eventTime.ts'
import type { RateTable } from './rates.ts'
import type { ReadEvents } from './readEvents.ts'
import { rejection, type Rejection } from './rejections.ts'

/** One rejected event as it is answered: its first problem, and the others if there are any. */
export type AnsweredRejection = Rejection & { readonly index: number; readonly others?: readonly Rejection[] }

/** What a request comes to, before it is made durable. */
export type CheckedRequest = { readonly submission: Submission; readonly rejected: readonly AnsweredRejection[] }

export type CheckOptions = {
  readonly events: ReadEvents
  readonly scope: RequestScope
  readonly findRates: (tenantId: string, questions: readonly RateQuestion[]) => Promise<RateTable>
}

/** Checks every event, converts its money, and keeps the bytes of those that are rejected. */
export async function checkRequest({ events, scope, findRates }: CheckOptions): Promise<CheckedRequest> {
  const { key } = scope.keyScope
  const checked: (CheckedEvent | null)[] = []
  const rejected: AnsweredRejection[] = []
  const questions: RateQuestion[] = []
  for (let index = 0; index < events.count; index++) {
    const read = events.at(index)
    const check = read.problem === null ? checkEvent(read.value, scope) : { kind: 'rejected' as const, problems: [read.problem] }
    checked.push(check.kind === 'checked' ? check : null)
    if (check.kind === 'rejected') rejected.push(answerOf(index, check.problems))
    else if (check.revenue !== null && check.revenue.currency !== key.reportingCurrency)
      questions.push({ currency: check.revenue.currency, day: dayOf(check.occurredAtMs) })
  }
  const rates = await findRates(key.tenantId, questions)
  const accepted: IngestEvent[] = []
  const summarizer = createSummarizer()
  const drafts = createDrafts(scope)
  let lines = ''
  checked.forEach((event, index) => {
    if (event === null) return
    const priced = priceWith(event, rates, scope)
    if ('code' in priced) {
      rejected.push(answerOf(index, [priced]))
      return
    }
    accepted.push(priced.ids)
    drafts.add(event, priced)
    lines += `${priced.line}\n`
    summarizer.add({ name: event.row.event, occurredAtMs: event.occurredAtMs, properties: event.properties === null ? null : event.properties.sent })
  })
  rejected.sort((a, b) => a.index - b.index)
  return {
    submission: {
      keyId: key.keyId,
      events: accepted,
      lines: Buffer.from(lines),
      summaries: summarizer.result(),
      rejected: withBytes(events, rejected),
      conversions: drafts.conversions,
      touches: drafts.touches,
    },
    rejected,
  }
}

function priceWith(event: CheckedEvent, rates: RateTable, scope: RequestScope): PricedEvent | Rejection {
  const { reportingCurrency } = scope.keyScope.key
  const { revenue, occurredAtMs } = event
  if (revenue === null || revenue.currency === reportingCurrency) return priceEvent(event, null, scope)
  const day = dayOf(occurredAtMs)
  const rate = rates(revenue.currency, day)
  if (rate !== null) return priceEvent(event, rate, scope)
  return rejection('NO_EXCHANGE_RATE', 'revenue.currency', {
    currency: revenue.currency,
    reportingCurrency,
    day: new Date(day * DAY_MS).toISOString().slice(0, 10),
  })
}

function answerOf(index: number, problems: readonly Rejection[]): AnsweredRejection {
  const [first, ...others] = problems
  if (first === undefined) throw new Error('A rejected event has at least one problem.')
  return { index, ...first, ...(others.length === 0 ? {} : { others }) }
}

function withBytes(events: ReadEvents, rejected: readonly AnsweredRejection[]): readonly RejectedEvent[] {
  if (rejected.length === 0) return []
  const raw = events.raw(rejected.map(({ index }) => index))
  return rejected.map(({ index, code, path, message }, position) => ({ index, code, path, message, raw: raw[position] ?? Buffer.alloc(0) }))
}
