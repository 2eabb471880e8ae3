import type { AttributionModel } from './generated/graphql.ts'
import { attributionDocument, measuresOf, modelKey, totalKey } from '../query/attributionDocument.ts'
import { attributionInput, shownOf, type AttributionQuery, type Shown } from '../query/attributionQuery.ts'
import { groupTitle, readGroupValue, type Group, type GroupValue } from '../query/dimensions.ts'
import { figureOf, numberOf, readInfo, rowOf, rowsOf, type Figure, type Info, type Row } from './answer.ts'
import { useAnalysis } from './useAnalysis.ts'

/** What one group of touchpoints is credited, under each model of the question. */
export type AttributionRow = {
  readonly group: GroupValue
  readonly credit: Readonly<Partial<Record<AttributionModel, Figure>>>
  readonly touchpoints: Figure
  readonly assists: Figure
  /** null without cost, and where cost cannot be told. */
  readonly cost: Figure
}

export type AttributionAnswer = {
  readonly question: AttributionQuery
  /** The most credited first; of what is a ratio the most expensive, since a ratio of little says little. */
  readonly rows: readonly AttributionRow[]
  readonly totals: AttributionRow
  /** Totals that are the same under every model. */
  readonly all: Readonly<Partial<Record<Shown, Figure>>>
  readonly info: Info
}

/** The answer to the page's question: who gets how much of the credit under each of the models. */
export function useAttributionAnswer(query: () => AttributionQuery, rights: () => { readonly mayExplain: boolean; readonly isKnown: boolean }) {
  return useAnalysis(
    () => (rights().isKnown ? { text: attributionDocument(query(), rights().mayExplain), variables: { input: attributionInput(query()) } } : null),
    (data) => readAttribution(data, query()),
  )
}

/** null when the root field is null. */
export function readAttribution(data: unknown, query: AttributionQuery): AttributionAnswer | null {
  const { attribution } = rowOf(data)
  if (attribution === null || attribution === undefined) return null
  const { rows, totals, info } = rowOf(attribution)
  const all = rowOf(totals)
  return {
    question: query,
    rows: rowsOf(rows)
      .map((row) => readRow(row, query))
      .toSorted((a, b) => weightOf(b, shownOf(query)) - weightOf(a, shownOf(query))),
    totals: readRow(all, query),
    all: Object.fromEntries(measuresOf(query).map((measure) => [measure, figureOf(all[totalKey(measure)])])),
    info: readInfo(info),
  }
}

function readRow(row: Row, { models, by }: AttributionQuery): AttributionRow {
  const group = readGroupValue(by, row)
  const touchpoints = figureOf(row['touchpoints'])
  return {
    group: group.id === null ? { id: null, label: absentLabel(by, touchpoints) } : group,
    credit: Object.fromEntries(models.map((model) => [model, figureOf(row[modelKey(model)])])),
    touchpoints,
    assists: figureOf(row['assists']),
    cost: figureOf(row['cost']),
  }
}

/** Conversions without touchpoints share a row with touchpoints that name no such group, where there are any. */
const absentLabel = (by: Group, touchpoints: Figure): string =>
  (numberOf(touchpoints) ?? 0) === 0 ? 'No touchpoint (organic or direct)' : `No touchpoint or no ${groupTitle(by).toLowerCase()}`

/** Under the model that gives the most, so that nobody who is large under one of them comes last. */
function weightOf({ credit, cost }: AttributionRow, shown: Shown): number {
  if (shown === 'roas' || shown === 'cpa') return numberOf(cost) ?? -Infinity
  return Math.max(...Object.values(credit).map((figure) => numberOf(figure) ?? -Infinity))
}
