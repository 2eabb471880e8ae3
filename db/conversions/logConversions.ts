import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { appendLog, type NewEntry } from './appendLog.ts'
import { USER_KEY_BYTES, type ConversionDraft, type TouchDraft } from './conversionDraft.ts'
import { correctCredits } from './corrections.ts'
import { decide, NOBODY } from './decide.ts'
import { findEntries, type KnownEntry } from './findEntries.ts'
import { addTouches, findTouches } from './recentTouches.ts'

export type AcceptedTraffic = { readonly tenantId: string; readonly conversions: readonly ConversionDraft[]; readonly touches: readonly TouchDraft[] }

/**
 * Writes what newly accepted events mean for the log: their touches first, so that conversions of the same commit find them, then the entries. A
 * refund is credited as the entry that it takes back, and comes after it.
 */
export async function logConversions(client: PoolClient, { tenantId, conversions, touches }: AcceptedTraffic): Promise<void> {
  if (touches.length > 0) {
    await addTouches(client, { tenantId, touches })
    await correctCredits(client, { tenantId, touches })
  }
  if (conversions.length === 0) return
  const known = await findTouches(client, { tenantId, conversions })
  const sales = conversions.filter(({ kind }) => kind === 'conversion')
  const refunds = conversions.filter(({ kind }) => kind === 'refund')
  const touchesOf = (draft: ConversionDraft) => known.get(draft) ?? []
  const entries = sales.map((draft) => entryOf(draft, decide({ own: draft.credit, occurredAtMs: draft.occurredAtMs, touches: touchesOf(draft) }), null))
  const originals = await findOriginals(client, { tenantId, refunds, entries })
  for (const draft of refunds) {
    const original = draft.originalId === null ? undefined : originals.get(draft.originalId)
    const decided = original ?? decide({ own: draft.credit, occurredAtMs: draft.occurredAtMs, touches: touchesOf(draft) })
    // Nobody is credited with what was taken back, so nobody is debited.
    entries.push(entryOf(draft, original?.isTakenBack === true ? { credit: NOBODY, decision: decided.decision } : decided, original?.id ?? null))
  }
  await appendLog(client, { tenantId, entries })
}

type Refunds = { readonly tenantId: string; readonly refunds: readonly ConversionDraft[]; readonly entries: readonly NewEntry[] }

/** What refunds take back, by event id: entries of this commit, else of the log. */
async function findOriginals(client: PoolClient, { tenantId, refunds, entries }: Refunds): Promise<ReadonlyMap<string, KnownEntry>> {
  const wanted = new Set(refunds.flatMap(({ originalId }) => originalId ?? []))
  const here = entries.filter(({ eventId }) => wanted.has(eventId)).map((entry) => [entry.eventId, { ...entry, isTakenBack: false }] as const)
  for (const [eventId] of here) wanted.delete(eventId)
  return new Map<string, KnownEntry>([...(await findEntries(client, tenantId, [...wanted])), ...here])
}

function entryOf(draft: ConversionDraft, { credit, decision }: Pick<NewEntry, 'credit' | 'decision'>, supersedes: string | null): NewEntry {
  const { of, kind, event, appId, userId, occurredAtMs, money, platform, country } = draft
  return {
    id: randomUUID(),
    kind,
    eventId: of.id,
    eventDay: of.day,
    event,
    appId,
    userId,
    occurredAtMs,
    revenue: money?.revenue ?? null,
    originalAmount: money?.originalAmount ?? null,
    originalCurrency: money?.originalCurrency ?? '',
    platform,
    country,
    credit,
    decision,
    supersedes,
    reason: kind === 'refund' ? 'REFUND' : undefined,
    userKey: kind === 'conversion' && draft.credit === null && draft.userKey.length === USER_KEY_BYTES ? draft.userKey : undefined,
  }
}
