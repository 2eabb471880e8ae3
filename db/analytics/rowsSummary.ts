import { z } from 'zod'
import { contentLines } from '../ingest/contentLines.ts'

/** The columns of text that questions filter events by. */
const COLUMNS = ['app_id', 'platform', 'country', 'app_version', 'event', 'channel', 'partner_id', 'campaign_id', 'ad_group_id', 'creative_id'] as const
const touch = z.enum(['none', 'impression', 'click'])

/** What some rows of events have: per column all values that occur, where they are few. A column that is left out may have any. */
export const rowsSummary = z.object({
  touches: z.array(touch),
  values: z.partialRecord(z.enum(COLUMNS), z.array(z.string())),
  /** The time of the latest, milliseconds UTC. Of what was stored before this was told it is not known. */
  latestMs: z.number().default(Infinity),
})
export type RowsSummary = z.infer<typeof rowsSummary>

/** Of more rows nothing is told: a copy is not to be slowed down by it. */
const MOST_ROWS = 2_000
const MOST_VALUES = 24
/** Of all of it as JSON. */
const MOST_CHARACTERS = 1_000

// What a line leaves out has the default of its column.
const storedRow = z.object({ touch: touch.default('none'), occurred_at: z.string() }).and(z.partialRecord(z.enum(COLUMNS), z.string()))

/** Summarizes zstd frames of JSON lines of events; null where they are too many for it. */
export async function summarizeRows({ payloads, rowCount }: { readonly payloads: readonly Buffer[]; readonly rowCount: number }): Promise<RowsSummary | null> {
  if (rowCount > MOST_ROWS) return null
  const touches = new Set<z.infer<typeof touch>>()
  const values = new Map(COLUMNS.map((column) => [column, new Set<string>()] as const))
  // As text they are in the order of time.
  let latest = ''
  for await (const line of contentLines(payloads)) {
    const row = storedRow.parse(JSON.parse(line))
    touches.add(row.touch)
    if (row.occurred_at > latest) latest = row.occurred_at
    for (const [column, known] of values) known.add(row[column] ?? '')
  }
  const few = [...values].filter(([, known]) => known.size <= MOST_VALUES).toSorted(([, a], [, b]) => lengthOf(a) - lengthOf(b))
  let left = MOST_CHARACTERS
  const kept = few.filter(([, known]) => (left -= lengthOf(known)) >= 0)
  const latestMs = Date.parse(`${latest.replace(' ', 'T')}Z`)
  return { touches: [...touches], values: Object.fromEntries(kept.map(([column, known]) => [column, [...known]])), latestMs }
}

const lengthOf = (values: ReadonlySet<string>): number => JSON.stringify([...values]).length
