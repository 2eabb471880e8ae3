import { bucketTitle, changeOf, formatBucket, formatChange, formatFigure } from '../design/format.ts'
import type { MetricsAnswer, MetricsRow } from '../operations/useMetricsAnswer.ts'
import type { Definition } from '../operations/useCatalog.ts'
import { groupTitle } from '../query/dimensions.ts'
import { formatOf, toneOf } from './headline.ts'
import type { Column } from './table.ts'

/** The columns of a metrics answer: the time or the group, then each measure with its change when it is compared. */
export function metricsColumns(
  answer: MetricsAnswer,
  options: { readonly measure: (name: string) => Definition; readonly currency: string },
): readonly Column<MetricsRow>[] {
  const { measures, compare } = answer.question
  const figures = measures.flatMap((name): readonly Column<MetricsRow>[] => {
    const definition = options.measure(name)
    const format = formatOf(definition, options.currency)
    const now: Column<MetricsRow> = {
      key: name,
      title: definition.title,
      definition,
      kind: 'number',
      value: (row) => row.now[name] ?? null,
      text: (row) => formatFigure(row.now[name], format),
    }
    return compare === null ? [now] : [now, changeColumn(name, definition)]
  })
  return [firstColumn(answer), ...figures]
}

function changeColumn(name: string, definition: Definition): Column<MetricsRow> {
  const change = (row: MetricsRow) => changeOf(row.now[name], row.before[name])
  return {
    key: `${name} change`,
    title: `Δ ${definition.title}`,
    kind: 'number',
    value: change,
    text: (row) => formatChange(change(row)),
    tone: (row) => toneOf(name, change(row)),
  }
}

function firstColumn({ question: { breakdown, grain, timeZone } }: MetricsAnswer): Column<MetricsRow> {
  if (breakdown !== null) return { key: 'group', title: groupTitle(breakdown), kind: 'text', value: (row) => row.group?.label ?? null }
  return {
    key: 'time',
    title: bucketTitle(grain),
    kind: 'text',
    value: (row) => row.bucket?.start ?? null,
    text: (row) => (row.bucket === null ? '–' : `${formatBucket(row.bucket.start, grain, timeZone, 'bare')}${row.bucket.isPartial ? ' (not complete)' : ''}`),
  }
}
