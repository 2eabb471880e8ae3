import type { LogEntry } from '../conversions/readLog.ts'
import type { DueDelivery } from './attempts.ts'

/** A made-up conversion to try an endpoint out; it is in no log, and its place is where the endpoint was when it was asked for. */
export const testEntry = ({ conversionId, sequence, recordedAtMs, createdAt }: Omit<DueDelivery, 'kind'>): LogEntry => ({
  sequence,
  id: conversionId,
  kind: 'test',
  event: 'webhook_test',
  appId: null,
  userId: '',
  occurredAt: createdAt,
  recordedAt: new Date(recordedAtMs),
  originalAmount: null,
  originalCurrency: '',
  platform: '',
  country: '',
  partnerId: '',
  campaignId: '',
  decision: { kind: 'organic', matchedBy: null, touchedAt: null, windowSeconds: null, reason: 'Made up by sendTestWebhook.' },
  supersedes: null,
  reason: '',
})
