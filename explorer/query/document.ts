import type { Compare } from '../operations/generated/graphql.ts'
import { groupSelection, type Group } from './dimensions.ts'
import { beforeKey, measureKey } from './metricsQuery.ts'

/** The document of an analysis, as text: it is shown to people as it is sent. The question itself travels as the variable `input`. */
export type DocumentText = string

const indent = (lines: readonly string[], by: number): string => lines.map((line) => `${' '.repeat(by)}${line}`).join('\n')

/** How an answer was made. What needs the scope explain is asked for by those who have it. */
function infoSelection(mayExplain: boolean): string {
  const fields = ['elapsedMs', 'cache', 'asOf', 'isApproximate', 'isTruncated']
  return `info { ${[...(mayExplain ? ['sql', 'parameters', 'rowsRead', 'bytesRead'] : []), ...fields].join(' ')} }`
}

export type MetricsSelection = {
  readonly measures: readonly string[]
  readonly isByTime: boolean
  readonly group: Group | null
  readonly compare: Compare | null
  readonly hasTotals: boolean
  readonly mayExplain: boolean
}

export function metricsDocument({ measures, isByTime, group, compare, hasTotals, mayExplain }: MetricsSelection): DocumentText {
  const fields = measures.flatMap((measure) => {
    const key = measureKey(measure, measures)
    return compare === null
      ? [measureField(key, measure, null)]
      : [measureField(key, measure, null), measureField(beforeKey(measure, measures), measure, compare)]
  })
  const keys = [...(isByTime ? ['time { start end isPartial }'] : []), ...(group === null ? [] : [groupSelection(group)])]
  return `query Metrics($input: MetricsInput!) {
  metrics(input: $input) {
    rows {
${indent([...keys, ...fields], 6)}
    }${hasTotals ? `\n    totals {\n${indent(fields, 6)}\n    }` : ''}
    ${infoSelection(mayExplain)}
  }
}
`
}

function measureField(key: string, measure: string, compare: Compare | null): string {
  const [name = measure, event] = measure.startsWith('events:') ? ['events', measure.slice('events:'.length)] : [measure]
  const args = [...(event === undefined ? [] : [`name: ${JSON.stringify(event)}`]), ...(compare === null ? [] : [`compare: ${compare}`])]
  return `${key === name ? '' : `${key}: `}${name}${args.length === 0 ? '' : `(${args.join(', ')})`}`
}

export function cohortsDocument({
  group,
  fields,
  mayExplain,
}: {
  readonly group: Group | null
  readonly fields: readonly string[]
  readonly mayExplain: boolean
}): DocumentText {
  const keys = ['start', ...(group === null ? [] : [groupSelection(group)]), 'size']
  return `query Cohorts($input: CohortsInput!) {
  cohorts(input: $input) {
    rows {
${indent(keys, 6)}
      periods {
${indent(fields, 8)}
      }
    }
    ${infoSelection(mayExplain)}
  }
}
`
}

export { infoSelection, indent }
