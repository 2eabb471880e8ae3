import { trimDecimal } from '#ops/service/decimal.ts'
import type { Decision } from './decide.ts'
import type { LogEntry, LogPosition } from './readLog.ts'

/** What an asker may see of entries. */
export type EntrySight = {
  readonly cursors: { readonly seal: (position: LogPosition) => string }
  /** Numbers would tell how much of the log is hidden. */
  readonly seesSequence: boolean
  /** Whether a field is shown; a masked one is null. Users are told by `tellUser` alone. */
  readonly sees: (field: string) => boolean
  /** The id of a user, its hash, or null. */
  readonly tellUser: (userId: string) => string | null
}
/** An entry as this asker may see it. */
export type SeenEntry = { readonly entry: LogEntry; readonly sight: EntrySight }

type EntityId = { readonly id: string } | null
type Revenue = { readonly amount: string; readonly currency: string } | null

export const positionOf = ({ sequence, recordedAt }: LogEntry): LogPosition => ({ sequence, recordedAtMs: recordedAt.getTime() })

/** A text of the log, where '' is absent; null also where it is masked. */
const shown = ({ entry, sight }: SeenEntry, field: 'country' | 'platform'): string | null => (sight.sees(field) ? entry[field] || null : null)
const entityOf = (id: string | null, isSeen: boolean): EntityId => (isSeen && id ? { id } : null)

/** What each field of a conversion says, in the API and in the body of a webhook. */
export const conversionFields = {
  cursor: ({ entry, sight }: SeenEntry): string => sight.cursors.seal(positionOf(entry)),
  id: ({ entry }: SeenEntry): string => entry.id,
  sequence: ({ entry, sight }: SeenEntry): bigint | null => (sight.seesSequence ? entry.sequence : null),
  event: ({ entry }: SeenEntry): string => entry.event,
  occurredAt: ({ entry }: SeenEntry): Date => entry.occurredAt,
  recordedAt: ({ entry }: SeenEntry): Date => entry.recordedAt,
  // Nobody known has no hash either: all of these would look like one user.
  userId: ({ entry, sight }: SeenEntry): string | null => (entry.userId === '' ? null : sight.tellUser(entry.userId)),
  revenue: ({ entry, sight }: SeenEntry): Revenue =>
    entry.originalAmount === null || !sight.sees('revenue') ? null : { amount: trimDecimal(entry.originalAmount), currency: entry.originalCurrency },
  country: (seen: SeenEntry): string | null => shown(seen, 'country'),
  platform: (seen: SeenEntry): string | null => shown(seen, 'platform'),
  app: ({ entry, sight }: SeenEntry): EntityId => entityOf(entry.appId, sight.sees('app')),
  campaign: ({ entry, sight }: SeenEntry): EntityId => entityOf(entry.campaignId, sight.sees('campaign')),
  partner: ({ entry, sight }: SeenEntry): EntityId => entityOf(entry.partnerId, sight.sees('partner')),
  decision: ({ entry, sight }: SeenEntry): Decision | null => (sight.sees('decision') ? entry.decision : null),
  supersedes: ({ entry }: SeenEntry): string | null => entry.supersedes,
  reason: ({ entry }: SeenEntry) => entry.reason || null,
  isRetraction: ({ entry }: SeenEntry): boolean => entry.kind === 'retraction',
  isTest: ({ entry }: SeenEntry): boolean => entry.kind === 'test',
} as const

/** A conversion as JSON text, written as the API's scalars write their values. */
export function writeConversion(seen: SeenEntry): string {
  const fields = Object.entries(conversionFields).map(([name, read]) => [name, read(seen)] as const)
  return JSON.stringify(Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value])))
}
