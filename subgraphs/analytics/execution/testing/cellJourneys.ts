import { expect } from 'vitest'
import { toMicros } from '../reference/decimals.ts'
import { referenceJourneys, RULES, type ReferenceJourney } from '../reference/journeys.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import type { World } from '../reference/world.ts'
import { askAnalytics, type Question } from './askAnalytics.ts'
import { labelOf, type CellInput } from './cellUsers.ts'

/** What a credited row says, with the way to its journeys. `labels` are null for the totals. */
export type CreditedRow = {
  readonly labels: readonly (string | null)[] | null
  readonly cell: string
  readonly numbers: Readonly<Record<string, { readonly conversions: number; readonly revenue: string }>>
}
type Asked = Omit<Question, 'query' | 'variables'> & { readonly input: CellInput }

export async function creditedRows({ input, ...question }: Asked): Promise<readonly CreditedRow[]> {
  const labels = (input.groupBy ?? []).map((by, i) => `label${i}: ${labelOf(by)}`)
  const numbers = RULES.flatMap((model) => [`c${model}: conversions(model: ${model})`, `r${model}: revenue(model: ${model})`]).join(' ')
  const query = `query ($i: AttributionInput!) { q: attribution(input: $i) { rows { ${labels.join(' ')} cell ${numbers} } totals { cell ${numbers} } } }`
  const { rows, totals } = await answered({ ...question, query, variables: { i: input } })
  const rowOf = (row: Row, isTotals: boolean): CreditedRow => ({
    labels: isTotals ? null : labels.map((_, i) => textOf(row[`label${i}`])),
    cell: String(row['cell']),
    numbers: Object.fromEntries(RULES.map((model) => [model, { conversions: Number(row[`c${model}`]), revenue: String(row[`r${model}`]) }])),
  })
  return [...rows.map((row: Row) => rowOf(row, false)), rowOf(totals, true)]
}

type Row = Readonly<Record<string, unknown>>

/** As the reference has labels. */
function textOf(label: unknown): string | null {
  if (typeof label === 'boolean') return label ? '1' : '0'
  if (typeof label === 'object' && label !== null && 'id' in label) return String(label.id)
  return typeof label === 'string' ? label : null
}

const TOUCH = 'id occurredAt kind channel partner { id } campaign { id } adGroup { id } creative { id } ageSeconds isOfRow credits { model credit }'
const JOURNEYS = `query ($input: JourneysInput!, $first: Int!, $after: Cursor) { q: journeys(input: $input, first: $first, after: $after) { nodes { id userId occurredAt revenue isTruncated credits { model conversions revenue } touches { ${TOUCH} } } pageInfo { hasNextPage endCursor } } }`

/** All journeys, page by page, in their order. */
export async function journeysBehind(
  cell: string,
  question: Omit<Question, 'query'>,
  { first = 7, halfLifeDays }: { first?: number; halfLifeDays?: number } = {},
) {
  const journeys: Journey[] = []
  let after: string | null = null
  for (;;) {
    const variables = { input: { cell, halfLifeDays }, first, after }
    const { nodes, pageInfo } = await answered({ scopes: ['analytics:read', 'identifiers:read'], ...question, query: JOURNEYS, variables })
    journeys.push(...nodes)
    if (!pageInfo.hasNextPage) return journeys
    after = pageInfo.endCursor
  }
}

async function answered(question: Question) {
  const { data, errors } = await askAnalytics(question)
  if (errors) throw new Error(JSON.stringify(errors), { cause: errors[0]?.originalError })
  return JSON.parse(JSON.stringify(data)).q
}

type Entity = { readonly id: string } | null
type Credit = { readonly model: string; readonly credit: number }
export type Journey = {
  readonly id: string
  readonly userId: string
  readonly occurredAt: string
  readonly revenue: string
  readonly isTruncated: boolean
  readonly credits: readonly { readonly model: string; readonly conversions: number; readonly revenue: string }[]
  readonly touches: readonly {
    readonly id: string
    readonly occurredAt: string
    readonly kind: string
    readonly channel: string | null
    readonly partner: Entity
    readonly campaign: Entity
    readonly adGroup: Entity
    readonly creative: Entity
    readonly ageSeconds: number
    readonly isOfRow: boolean
    readonly credits: readonly Credit[]
  }[]
}

type Compared = { readonly key: string; readonly credits: object; readonly revenue: object; readonly touches: readonly object[] }

const PLACES = 8
const MICROS = 1e6
const DOUBLE_ERROR = 1e-14
/** A double is not the same by another way of adding. */
const near = (number: number): unknown => expect.closeTo(number, PLACES)
const ordered = (journeys: readonly { readonly key: string }[]) => journeys.toSorted((a, b) => (a.key < b.key ? -1 : 1))

function shown({ credits, touches, ...journey }: Journey): Compared {
  return {
    key: `${journey.occurredAt} ${journey.id} ${journey.userId} ${Number(journey.revenue)}`,
    credits: Object.fromEntries(credits.map(({ model, conversions }) => [model, conversions])),
    revenue: Object.fromEntries(credits.map(({ model, revenue }) => [model, Number(revenue)])),
    touches: touches.map(({ credits: each, partner, campaign, adGroup, creative, ageSeconds, ...touch }) => ({
      ...touch,
      ids: [partner, campaign, adGroup, creative].map((entity) => entity?.id ?? ''),
      ageMs: Math.round(ageSeconds * 1_000),
      credits: Object.fromEntries(each.map(({ model, credit }) => [model, credit])),
    })),
  }
}

function expected({ id, userId, at, revenue, touches, credits }: ReferenceJourney): Compared {
  const nearly = (all: ReferenceJourney['credits']) => Object.fromEntries(Object.entries(all).map(([model, credit]) => [model, near(credit)]))
  return {
    key: `${new Date(at).toISOString()} ${id} ${userId} ${revenue}`,
    credits: nearly(credits),
    revenue: Object.fromEntries(Object.entries(credits).map(([model, credit]) => [model, near(credit * revenue)])),
    touches: touches.map(({ touch, isOfRow, credits: each }) => {
      const occurredAt = `${touch.occurred_at.replace(' ', 'T')}Z`
      return {
        id: touch.event_id,
        occurredAt,
        kind: touch.touch,
        channel: touch.channel === '' ? null : touch.channel,
        isOfRow,
        ids: [touch.partner_id, touch.campaign_id, touch.ad_group_id, touch.creative_id],
        ageMs: at - Date.parse(occurredAt),
        credits: nearly(each),
      }
    }),
  }
}

/** That the journeys are those of the naive calculation, and that the credits of the row add up to its published numbers. */
export async function checkJourneys(
  row: CreditedRow,
  { input, ...question }: Asked,
  { world, segments = [], first = 7 }: { readonly world: World; readonly segments?: readonly ReferenceSegment[]; readonly first?: number },
): Promise<number> {
  const journeys = await journeysBehind(row.cell, question, { first })
  const naive = referenceJourneys({ world, segments, tenantId: question.tenantId, input, now: question.now, row: row.labels })
  expect(ordered(journeys.map(shown))).toEqual(ordered(naive.map(expected)))
  for (const model of RULES) {
    const credits = journeys.map((journey) => journey.credits.find((each) => each.model === model))
    const sum = credits.reduce((total, each) => total + (each?.conversions ?? 0), 0)
    expect(sum, model).toBeCloseTo(row.numbers[model]?.conversions ?? 0, PLACES)
    const revenue = sumToMicros(credits.map((each) => each?.revenue ?? '0'))
    const published = toMicros(row.numbers[model]?.revenue ?? '0')
    // Shares that decay are doubles: of much revenue their last digits show, and they may lie on either side of a half.
    const much = credits.reduce((total, each) => total + Math.abs(Number(each?.revenue ?? 0)), 0)
    if (model === 'TIME_DECAY') expect(Math.abs(Number(revenue - published)), model).toBeLessThanOrEqual(1 + much * MICROS * DOUBLE_ERROR)
    else expect(revenue, model).toBe(published)
  }
  return journeys.length
}

/** Of texts to 12 places, rounded half up to 6. */
function sumToMicros(texts: readonly string[]): bigint {
  const parts = texts.reduce((total, text) => {
    const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
    const magnitude = BigInt(`${whole}${fraction.padEnd(12, '0')}`)
    return sign === '-' ? total - magnitude : total + magnitude
  }, 0n)
  const magnitude = ((parts < 0n ? -parts : parts) + 500_000n) / 1_000_000n
  return parts < 0n ? -magnitude : magnitude
}
