import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { referenceAnswer, type ReferenceAnswer } from './answer.ts'
import { storedEvent, type World } from './world.ts'

/** The published sample of CDNOW's purchases; data that is read where it lies and never copied into the project. */
export const cdnowFile = resolve(projectRoot, '..', 'shared', 'reference', 'CDNOW_sample.txt')

export const hasCdnow = (): boolean => existsSync(cdnowFile)

/** The purchases as they are stored after the import of ops/examples/cdnow.map.json: the second id, midnight UTC of the day, US dollars. */
export function loadCdnow({ tenantId, appId }: { tenantId: string; appId: string }): World {
  const lines = readFileSync(cdnowFile, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.map((line, i) => {
    const [, userId, day, , dollars] = line.trim().split(/\s+/)
    if (userId === undefined || day === undefined || dollars === undefined) throw new Error(`Line ${i + 1} of ${cdnowFile} has fewer than five columns.`)
    const at = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00.000Z`
    return storedEvent({ tenant_id: tenantId, app_id: appId, event: 'purchase', event_id: `cdnow-${i}`, user_id: userId, at, revenue: dollars })
  })
}

/** Questions whose answers follow from the published figures' own file; each runs as it stands through the gateway, with an API key of the tenant. */
export const cdnowQuestions: readonly { readonly name: string; readonly query: string }[] = [
  {
    name: 'the whole range',
    query: metrics('', 'purchases payers activeUsers revenue grossRevenue refunds arpu events(name: "purchase")', wholeRange('UTC')),
  },
  {
    name: 'days in Kathmandu',
    query: metrics('time { start end isPartial }', 'purchases payers revenue arpu', `${wholeRange('Asia/Kathmandu')} groupBy: [{ time: DAY }]`),
  },
  {
    name: 'weeks in New York',
    query: metrics('time { start end isPartial }', 'purchases payers revenue arpu', `${wholeRange('America/New_York')} groupBy: [{ time: WEEK }]`),
  },
  {
    name: 'months on Kiritimati',
    query: metrics('time { start end isPartial }', 'purchases payers revenue arpu', `${wholeRange('Pacific/Kiritimati')} groupBy: [{ time: MONTH }]`),
  },
  {
    name: 'the five best quarters',
    query: metrics('time { start }', 'purchases revenue', `${wholeRange('UTC')} groupBy: [{ time: QUARTER }] orderBy: [{ measure: "revenue" }] limit: 5`),
  },
  { name: 'FirstPurchase', query: cohorts('grain: MONTH periods: 12', 'UTC') },
  { name: 'weekly cohorts', query: cohorts('grain: WEEK periods: 20', 'UTC') },
  { name: 'daily cohorts', query: cohorts('grain: DAY periods: 40', 'UTC') },
  { name: 'weekly cohorts by day', query: cohorts('grain: WEEK periodUnit: DAY periods: 30', 'UTC') },
  { name: 'monthly cohorts in Los Angeles', query: cohorts('grain: MONTH periods: 12', 'America/Los_Angeles') },
  { name: 'weekly cohorts in Auckland', query: cohorts('grain: WEEK periods: 12', 'Pacific/Auckland') },
]

/** What the reference answers over the CDNOW file by the clock `now`; `firstDifference` holds it against the gateway's `data`. */
export function answerCdnow({ query, now }: { query: string; now: Date }): ReferenceAnswer {
  const tenantId = '00000000-0000-4000-8000-00000000cd00'
  return referenceAnswer({ world: loadCdnow({ tenantId, appId: '00000000-0000-4000-8000-00000000cd01' }), tenantId, query, now })
}

// Function declarations, since the list above uses them.
function wholeRange(timeZone: string): string {
  return `range: { start: "1997-01-01T00:00:00Z", end: "1998-07-01T00:00:00Z" } timeZone: "${timeZone}"`
}

function metrics(labels: string, measures: string, input: string): string {
  return `{ metrics(input: { ${input} }) { rows { ${labels} ${measures} } totals { ${measures} } info { isTruncated } } }`
}

function cohorts(input: string, timeZone: string): string {
  const range = '{ start: "1997-01-01T00:00:00Z", end: "1997-04-01T00:00:00Z" }'
  const periods = 'periods { index users retention events purchases: events(name: "purchase") revenue cumulativeRevenue arpu ltv matureUsers isPartial }'
  const who = 'entry: { kind: FIRST_EVENT, event: "purchase" } activity: { event: "purchase" }'
  return `{ cohorts(input: { ${who} ${input} range: ${range} timeZone: "${timeZone}" }) { rows { start size ${periods} } info { isTruncated } } }`
}
