import type { WebhookDeliveryStatus } from '../operations/generated/graphql.ts'
import { textOf, wordOf, type Codec } from './codec.ts'

/** Which webhook's deliveries are shown, and which of them. */
export type StreamsQuery = { readonly webhook: string | null; readonly status: WebhookDeliveryStatus | 'ALL' }

export const defaultStreams: StreamsQuery = { webhook: null, status: 'ALL' }

const statuses = ['ALL', 'PENDING', 'DELIVERED', 'DEAD'] as const

export const streamsCodec: Codec<StreamsQuery> = {
  read: (parameters) => ({
    webhook: textOf(parameters, 'webhook'),
    status: wordOf(textOf(parameters, 'status'), statuses, defaultStreams.status),
  }),
  write: ({ webhook, status }) => ({
    ...(webhook === null ? {} : { webhook }),
    ...(status === defaultStreams.status ? {} : { status: status.toLowerCase() }),
  }),
}
