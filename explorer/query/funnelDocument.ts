import { groupSelection } from './dimensions.ts'
import { indent, infoSelection, type DocumentText } from './document.ts'
import type { FunnelQuery } from './funnelQuery.ts'

/** The fields of a step; the trend has no room for all of them, and what is not shown is not worked out. */
const stepFields = ['users', 'conversion', 'conversionFromPrevious', 'dropOff', 'medianSeconds', 'p90Seconds', 'medianSecondsFromFirst']
const trendFields = ['users', 'conversion', 'medianSecondsFromFirst']

export function funnelDocument({ breakdown, view }: FunnelQuery, mayExplain: boolean): DocumentText {
  const keys = [...(view === 'trend' ? ['time { start end isPartial }'] : []), ...(breakdown === null ? [] : [groupSelection(breakdown)])]
  return `query Funnel($input: FunnelInput!) {
  funnel(input: $input) {
    rows {
${indent([...keys, 'steps {'], 6)}
${indent(view === 'trend' ? trendFields : stepFields, 8)}
      }
    }
    ${infoSelection(mayExplain)}
  }
}
`
}
