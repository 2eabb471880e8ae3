import { addMoney, addPageInfo, createBuilder } from '#ops/service/builder.ts'
import type { Auditor } from '#db/audit/auditor.ts'
import type { ServiceContext } from '#ops/service/context.ts'
import type { Arrivals } from './execution/arrivals.ts'
import type { AnalyticsEngine } from './execution/engine.ts'
import type { LiveQueries } from './streams/live/liveQueries.ts'
import type { Streams } from './streams/streams.ts'
import type { WebhookStore } from './webhooks/webhookStore.ts'

export type AnalyticsContext = ServiceContext & {
  readonly engine: AnalyticsEngine
  readonly streams: Streams
  readonly live: LiveQueries
  readonly arrivals: Arrivals
  readonly webhooks: WebhookStore
  readonly audit: Auditor
  /** Aborts when the client has gone away; null where nobody can tell. */
  readonly signal: AbortSignal | null
}

export const builder = createBuilder<AnalyticsContext>({ hasMutations: true })
builder.subscriptionType({ description: 'What happens from now on.' })

export const MoneyRef = addMoney(builder)
export const PageInfoRef = addPageInfo(builder)
