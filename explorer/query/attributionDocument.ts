import type { AttributionModel } from '../operations/generated/graphql.ts'
import type { AttributionQuery, Shown } from './attributionQuery.ts'
import { shownMeasures, shownOf, whyNoCost } from './attributionQuery.ts'
import { groupSelection } from './dimensions.ts'
import { indent, infoSelection, type DocumentText } from './document.ts'

/** The response key of what one model credits, such as `linear`. */
export const modelKey = (model: AttributionModel): string => model.toLowerCase().replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase())

/** The response key of a total that is the same under every model, such as `allRevenue`. */
export const totalKey = (measure: Shown): string => `all${measure.slice(0, 1).toUpperCase()}${measure.slice(1)}`

/** The measures of an answer: those of cost only where cost can be told. */
export const measuresOf = (query: AttributionQuery): readonly Shown[] =>
  whyNoCost(query) === null ? shownMeasures : shownMeasures.filter((each) => each !== 'roas' && each !== 'cpa')

/** The models side by side for what is shown; in the totals each measure once more, where the models agree. */
export function attributionDocument(query: AttributionQuery, mayExplain: boolean): DocumentText {
  const shown = shownOf(query)
  const credited = query.models.map((model) => `${modelKey(model)}: ${shown}(${argumentsOf(model, query)})`)
  const counts = ['touchpoints', 'assists', ...(whyNoCost(query) === null ? ['cost'] : [])]
  const totals = measuresOf(query).map((measure) => `${totalKey(measure)}: ${measure}(model: LAST_TOUCH)`)
  return `query Attribution($input: AttributionInput!) {
  attribution(input: $input) {
    rows {
${indent([groupSelection(query.by), ...credited, ...counts], 6)}
    }
    totals {
${indent([...credited, ...counts, ...totals], 6)}
    }
    ${infoSelection(mayExplain)}
  }
}
`
}

const argumentsOf = (model: AttributionModel, { halfLifeDays }: AttributionQuery): string =>
  model === 'TIME_DECAY' ? `model: ${model}, halfLifeDays: ${halfLifeDays}` : `model: ${model}`
