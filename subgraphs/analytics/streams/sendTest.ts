import { randomBytes, randomUUID } from 'node:crypto'
import type { Auditor } from '#db/audit/auditor.ts'
import { appendLog } from '#db/conversions/appendLog.ts'
import { dayOf } from '#db/conversions/days.ts'
import { NOBODY } from '#db/conversions/decide.ts'
import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { executorOf } from '#db/outbox/append.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { BadQueryError, type Issue } from '#ops/service/issues.ts'
import { issue } from '../compiler/issues.ts'
import { limits } from '../model/limits.ts'

export type TestConversionInput = { readonly event: string; readonly partner?: string | null }
export type TestConversion = { readonly tenantId: string; readonly input: TestConversionInput; readonly nowMs: number; readonly audit: Auditor }

// As of events that are sent.
const MAX_ID_LENGTH = 200
const EVENT_ID_BYTES = 16

/** Writes an entry marked as a test into the tenant's log, and nothing anywhere else; answers its id. Throws what is wrong with the input. */
export async function sendTest(pool: Pool, { tenantId, input, nowMs, audit }: TestConversion): Promise<string> {
  const { event } = input
  const partnerId = input.partner ?? ''
  const issues = issuesOf(event, partnerId)
  if (issues.length > 0) throw new BadQueryError(issues)
  const id = randomUUID()
  const entry = {
    id,
    kind: 'test',
    eventId: randomBytes(EVENT_ID_BYTES).toString('latin1'),
    eventDay: dayOf(nowMs),
    event,
    appId: null,
    userId: '',
    occurredAtMs: nowMs,
    revenue: null,
    originalAmount: null,
    originalCurrency: '',
    platform: '',
    country: '',
    credit: { ...NOBODY, partnerId },
    decision: {
      kind: partnerId === '' ? 'organic' : 'attributed',
      matchedBy: null,
      touchedAt: null,
      windowSeconds: null,
      reason: 'Made up by sendTestConversion.',
    },
    supersedes: null,
  } as const
  await withTenant(pool, tenantId, async (client) => {
    await audit(executorOf(client), { action: 'test_conversion.sent', target: `conversion:${id}`, before: null, after: { event, partnerId } })
    await appendLog(client, { tenantId, entries: [entry] })
  })
  // A notice that is lost costs the readers one poll.
  await notifyConversions(pool, [tenantId]).catch(() => undefined)
  return id
}

function issuesOf(event: string, partnerId: string): readonly Issue[] {
  const issues: Issue[] = []
  if (event === '') issues.push(issue('EVENT_NAME_EMPTY', ['input', 'event'], {}))
  if (event.length > limits.eventNameLength)
    issues.push(issue('EVENT_NAME_TOO_LONG', ['input', 'event'], { length: event.length, maxLength: limits.eventNameLength }))
  if (partnerId.length > MAX_ID_LENGTH) issues.push(issue('ID_TOO_LONG', ['input', 'partner'], { length: partnerId.length, maxLength: MAX_ID_LENGTH }))
  for (const [member, text] of Object.entries({ event, partner: partnerId })) {
    if (text.includes('\0') || !text.isWellFormed()) issues.push(issue('INVALID_TEXT', ['input', member], {}))
  }
  return issues
}
