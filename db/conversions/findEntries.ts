import type { PoolClient } from 'pg'
import { z } from 'zod'
import { decisionSchema } from './appendLog.ts'
import type { Credit } from './conversionDraft.ts'
import type { Decision } from './decide.ts'

/** What a refund needs to know of the entry that it takes back. */
export type KnownEntry = { readonly id: string; readonly credit: Credit; readonly decision: Decision; readonly isTakenBack: boolean }

// A conversion that was credited anew is what it was credited to last.
const FIND = {
  name: 'conversions-find-originals',
  text: `WITH RECURSIVE found AS (
      SELECT DISTINCT ON (event_id) event_id, id FROM conversion_log
      WHERE tenant_id = $1::uuid AND event_id = ANY(ARRAY(SELECT decode(h, 'hex') FROM unnest($2::text[]) h)) AND kind = 'conversion'
      ORDER BY event_id, sequence DESC),
    chain AS (
      SELECT event_id, id FROM found
      UNION ALL SELECT c.event_id, n.id FROM chain c JOIN conversion_log n ON n.tenant_id = $1::uuid AND n.supersedes = c.id AND n.kind = 'recredit')
    SELECT DISTINCT ON (c.event_id) encode(c.event_id, 'hex') AS "eventId", l.id, l.channel, l.partner_id AS "partnerId", l.campaign_id AS "campaignId", l.decision,
      EXISTS (SELECT FROM conversion_log r WHERE r.tenant_id = $1::uuid AND r.supersedes = l.id AND r.kind = 'retraction') AS "isTakenBack"
    FROM chain c JOIN conversion_log l ON l.tenant_id = $1::uuid AND l.id = c.id ORDER BY c.event_id, l.sequence DESC`,
}
const knownRow = z.object({
  eventId: z.string(),
  id: z.string(),
  channel: z.string(),
  partnerId: z.string(),
  campaignId: z.string(),
  decision: decisionSchema,
  isTakenBack: z.boolean(),
})

/** The conversions in the log with these event ids (16 bytes as Latin-1 characters), by them; of an id that was used on several days the last one. */
export async function findEntries(client: PoolClient, tenantId: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, KnownEntry>> {
  if (eventIds.length === 0) return new Map()
  const { rows } = await client.query({ ...FIND, values: [tenantId, eventIds.map((id) => Buffer.from(id, 'latin1').toString('hex'))] })
  const known = z.array(knownRow).parse(rows)
  return new Map(
    known.map(({ eventId, id, decision, isTakenBack, ...credit }) => [Buffer.from(eventId, 'hex').toString('latin1'), { id, decision, isTakenBack, credit }]),
  )
}
