import type { Shown } from '../query/attributionQuery.ts'
import type { Definition } from './useCatalog.ts'
import { useFieldTexts } from './useFieldTexts.ts'

/** The numbers of an attribution answer. */
export type AttributionMeasure = Shown | 'cost' | 'touchpoints' | 'assists'

const shapes = {
  conversions: { title: 'Credited conversions', type: 'Float', unit: 'count', source: 'events of the conversion’s name, by their credits, which sum to 1' },
  revenue: { title: 'Credited revenue', type: 'Decimal', unit: 'currency', source: 'revenue of each conversion × credit' },
  roas: { title: 'ROAS', type: 'Float', unit: 'ratio', source: 'credited revenue / cost' },
  cpa: { title: 'CPA', type: 'Decimal', unit: 'currency per conversion', source: 'cost / credited conversions' },
  cost: { title: 'Cost', type: 'Decimal', unit: 'currency', source: 'costs of the days of the range; one source by priority: API, import, link' },
  touchpoints: { title: 'Touches', type: 'BigInt', unit: 'count', source: 'clicks and views within the lookback window of a conversion' },
  assists: { title: 'Assists', type: 'BigInt', unit: 'count', source: 'conversions with such a touchpoint before their last one' },
} as const

/** The definitions of these numbers, in the schema's own words. */
export function useAttributionMeasures() {
  const { define } = useFieldTexts('AttributionRow')
  return { define: (measure: AttributionMeasure): Definition => define(measure, shapes[measure]) }
}
