import { dimensionNamed, type DimensionName } from '../../model/dimensions.ts'
import { referenceAnswer } from '../reference/answer.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import type { World } from '../reference/world.ts'
import { askAnalytics, type Question } from './askAnalytics.ts'

// Who is behind each number of an answer. Every analysis tells of each user by the user's own rows: so a user is behind a number when the naive
// calculation over that user's rows alone has it. This shares nothing with the statement that lists users.

export const cellInputs = { metrics: 'MetricsInput', cohorts: 'CohortsInput', funnel: 'FunnelInput', attribution: 'AttributionInput' } as const
export type CellField = keyof typeof cellInputs
export type CellInput = { readonly groupBy?: readonly { readonly [Member in 'time' | 'dimension' | 'property' | 'segment']?: string | null }[] } & Readonly<
  Record<string, unknown>
>
export type Asked = Omit<Question, 'query' | 'variables'> & { readonly field: CellField; readonly input: CellInput }
/** A number of the answer and the way to its users; `count` is what the answer says, where it says how many users they are. */
export type AnsweredCell = { readonly key: string; readonly count: number | null; readonly cell: string }

type Numbers = ReadonlyMap<string, { readonly count: number; readonly cell: unknown; readonly isUsers: boolean }>

/** All cells of the answer. */
export async function cellsOf({ field, input, ...question }: Asked): Promise<readonly AnsweredCell[]> {
  const { data, errors } = await askAnalytics({ ...question, ...documentOf(field, { input, hasCells: true }) })
  if (errors) throw new Error(JSON.stringify(errors), { cause: errors[0]?.originalError })
  return [...numbersOf(field, data?.['q'])].flatMap(([key, { count, cell, isUsers }]) =>
    typeof cell === 'string' ? [{ key, cell, count: isUsers ? count : null }] : [],
  )
}

/** By the key of each number the users who are behind it by the naive calculation, by their ids' bytes. */
export function referenceUsers(
  { field, input, tenantId, now }: Asked,
  { world, segments = [] }: { readonly world: World; readonly segments?: readonly ReferenceSegment[] },
): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, World[number][]>()
  for (const row of world) if (row.tenant_id === tenantId && row.user_id !== '') rows.set(row.user_id, [...(rows.get(row.user_id) ?? []), row])
  const users = new Map<string, string[]>()
  for (const id of [...rows.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    const { data } = referenceAnswer({ ...documentOf(field, { input, hasCells: false }), world: rows.get(id) ?? [], segments, tenantId, now })
    for (const [key, { count }] of numbersOf(field, data['q'])) if (count > 0) users.set(key, [...(users.get(key) ?? []), id])
  }
  return users
}

/** The ids of all users behind the cell, page by page, and how many there are said to be. */
export async function usersBehind(cell: string, question: Omit<Question, 'query' | 'variables'>, first = 7): Promise<{ ids: string[]; totalCount: string }> {
  const query =
    'query ($input: UsersInput!, $first: Int!, $after: Cursor) { users(input: $input, first: $first, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }'
  const ids: string[] = []
  let after: string | null = null
  for (;;) {
    const variables = { input: { cell }, first, after }
    const answer = await askAnalytics({ scopes: ['analytics:read', 'identifiers:read'], ...question, query, variables })
    if (answer.errors) throw new Error(JSON.stringify(answer.errors), { cause: answer.errors[0]?.originalError })
    const { nodes, totalCount, pageInfo } = JSON.parse(JSON.stringify(answer.data)).users
    ids.push(...nodes.map((node: { id: string }) => node.id))
    if (!pageInfo.hasNextPage) return { ids, totalCount }
    after = pageInfo.endCursor
  }
}

function documentOf(field: CellField, { input, hasCells }: { readonly input: CellInput; readonly hasCells: boolean }) {
  const labels = (input.groupBy ?? []).map((by, i) => `label${i}: ${labelOf(by)}`).join(' ')
  const cell = (text: string) => (hasCells ? text : '')
  const selections: Readonly<Record<CellField, string>> = {
    metrics: `rows { ${labels} activeUsers payers ${cell('active: cell(of: "activeUsers") paying: cell(of: "payers")')} } totals { activeUsers payers ${cell('active: cell(of: "activeUsers") paying: cell(of: "payers")')} }`,
    cohorts: `rows { start ${labels} size ${cell('cell')} periods { index users ${cell('cell')} } }`,
    funnel: `rows { ${labels} steps { index users dropOff ${cell('cell droppedCell')} } }`,
    attribution: `rows { ${labels} linear: conversions(model: LINEAR) ${cell('cell')} } totals { linear: conversions(model: LINEAR) ${cell('cell')} }`,
  }
  return { query: `query ($i: ${cellInputs[field]}!) { q: ${field}(input: $i) { ${selections[field]} } }`, variables: { i: input } }
}

export function labelOf(by: NonNullable<CellInput['groupBy']>[number]): string {
  if (by.time) return 'time { start }'
  if (by.segment) return `segment(id: ${JSON.stringify(by.segment)})`
  if (typeof by.property === 'string') return `property(name: ${JSON.stringify(by.property)})`
  const { field, entity } = dimensionNamed(by.dimension as DimensionName)
  return entity === null ? field : `${field} { id }`
}

type Answered = Readonly<Record<string, unknown>>
const rowsIn = (value: unknown): readonly Answered[] => (Array.isArray(value) ? value : [])

/** The numbers of an answer by what they are of: labels, and which number. */
function numbersOf(field: CellField, answer: unknown): Numbers {
  const { rows, totals }: Answered = JSON.parse(JSON.stringify(answer))
  const numbers = new Map<string, { count: number; cell: unknown; isUsers: boolean }>()
  const put = (labels: unknown, name: string, { count, cell, isUsers = true }: { count: unknown; cell: unknown; isUsers?: boolean }) =>
    numbers.set(JSON.stringify([labels, name]), { count: Number(count), cell, isUsers })
  const rowsAndTotals = [...rowsIn(rows).map((row) => ({ row, isTotals: false })), ...(totals ? [{ row: totals as Answered, isTotals: true }] : [])]
  for (const { row, isTotals } of rowsAndTotals) {
    const { activeUsers, payers, active, paying, linear, size, cell, periods, steps, ...rest } = row
    const labels = isTotals ? 'totals' : rest
    if (field === 'metrics') {
      put(labels, 'activeUsers', { count: activeUsers, cell: active })
      put(labels, 'payers', { count: payers, cell: paying })
    }
    if (field === 'attribution') put(labels, 'linear', { count: linear, cell, isUsers: false })
    if (field === 'cohorts') put(labels, 'size', { count: size, cell })
    for (const period of rowsIn(periods)) put(labels, `period ${String(period['index'])}`, { count: period['users'], cell: period['cell'] })
    for (const step of rowsIn(steps)) {
      put(labels, `step ${String(step['index'])}`, { count: step['users'], cell: step['cell'] })
      put(labels, `dropped ${String(step['index'])}`, { count: step['dropOff'], cell: step['droppedCell'] })
    }
  }
  return numbers
}
