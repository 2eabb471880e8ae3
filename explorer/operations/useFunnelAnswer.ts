import { funnelDocument } from '../query/funnelDocument.ts'
import { funnelInput, windowSeconds, type FunnelQuery } from '../query/funnelQuery.ts'
import { readGroupValue, type GroupValue } from '../query/dimensions.ts'
import { figureOf, numberOf, readBucket, readInfo, rowOf, rowsOf, type Bucket, type Figure, type Info, type Row } from './answer.ts'
import { useAnalysis } from './useAnalysis.ts'

/** What became of one step of a group. Shares are 0 to 1, times are seconds; null where there is nobody to tell them of, and what was not asked for. */
export type FunnelStepFigures = {
  readonly users: Figure
  readonly conversion: Figure
  readonly conversionFromPrevious: Figure
  readonly dropOff: Figure
  readonly medianSeconds: Figure
  readonly p90Seconds: Figure
  readonly medianSecondsFromFirst: Figure
}

/** `bucket` of the trend: it is partial too while an attempt that began in it may still get further. */
export type FunnelRow = { readonly bucket: Bucket | null; readonly group: GroupValue | null; readonly steps: readonly FunnelStepFigures[] }
/** `question` is what was answered, which may be older than what the page asks now. Groups come with the most users first, each in the order of time. */
export type FunnelAnswer = { readonly question: FunnelQuery; readonly rows: readonly FunnelRow[]; readonly info: Info }

/** The answer to the page's question: how far the attempts of each group got. */
export function useFunnelAnswer(query: () => FunnelQuery, rights: () => { readonly mayExplain: boolean; readonly isKnown: boolean }) {
  return useAnalysis(
    () => (rights().isKnown ? { text: funnelDocument(query(), rights().mayExplain), variables: { input: funnelInput(query()) } } : null),
    (data) => readFunnel(data, query()),
  )
}

/** null when the root field is null. */
export function readFunnel(data: unknown, question: FunnelQuery): FunnelAnswer | null {
  const { funnel } = rowOf(data)
  if (funnel === null || funnel === undefined) return null
  const { rows, info: ofInfo } = rowOf(funnel)
  const info = readInfo(ofInfo)
  // Without groups there is a row also over no events, which says nothing.
  const read = rowsOf(rows)
    .map((row) => readRow(row, question, info.asOf))
    .filter((row) => entered(row) > 0)
  return { question, rows: byUsers(read), info }
}

function readRow(row: Row, { breakdown, window }: FunnelQuery, asOf: string | null): FunnelRow {
  const bucket = readBucket(row['time'])
  const isOpen = bucket !== null && asOf !== null && Date.parse(bucket.end) + windowSeconds(window) * 1_000 > Date.parse(asOf)
  return {
    bucket: bucket === null ? null : { ...bucket, isPartial: bucket.isPartial || isOpen },
    group: breakdown === null ? null : readGroupValue(breakdown, row),
    steps: rowsOf(row['steps']).map(readStep),
  }
}

const readStep = (step: Row): FunnelStepFigures => ({
  users: figureOf(step['users']),
  conversion: figureOf(step['conversion']),
  conversionFromPrevious: figureOf(step['conversionFromPrevious']),
  dropOff: figureOf(step['dropOff']),
  medianSeconds: figureOf(step['medianSeconds']),
  p90Seconds: figureOf(step['p90Seconds']),
  medianSecondsFromFirst: figureOf(step['medianSecondsFromFirst']),
})

/** Users of the first step. */
const entered = (row: FunnelRow): number => numberOf(row.steps[0]?.users) ?? 0

function byUsers(rows: readonly FunnelRow[]): readonly FunnelRow[] {
  const groups = [...Map.groupBy(rows, (row) => row.group?.id ?? null).values()]
  const sizes = new Map(groups.map((own) => [own, own.reduce((sum, row) => sum + entered(row), 0)]))
  return groups.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0)).flat()
}
