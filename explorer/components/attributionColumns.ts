import { formatFigure } from '../design/format.ts'
import type { AttributionAnswer, AttributionRow } from '../operations/useAttributionAnswer.ts'
import type { AttributionMeasure } from '../operations/useAttributionMeasures.ts'
import type { Definition } from '../operations/useCatalog.ts'
import { modelSource, modelText } from '../query/attributionModels.ts'
import { shownOf, whyNoCost } from '../query/attributionQuery.ts'
import { groupTitle } from '../query/dimensions.ts'
import { formatOf } from './headline.ts'
import type { Column } from './table.ts'

type Options = { readonly define: (measure: AttributionMeasure) => Definition; readonly currency: string }

/** The group, what is shown under each model, then what does not depend on a model. */
export function attributionColumns({ question }: AttributionAnswer, { define, currency }: Options): readonly Column<AttributionRow>[] {
  const shown = define(shownOf(question))
  const credited = question.models.map((model): Column<AttributionRow> => {
    const { title, description } = modelText(model)
    const definition = { ...shown, title: `${shown.title}: ${title.toLowerCase()}`, description: `${description} ${shown.description}`, source: modelSource }
    return {
      key: model,
      title,
      definition,
      kind: 'number',
      value: (row) => row.credit[model] ?? null,
      text: (row) => formatFigure(row.credit[model], formatOf(shown, currency)),
    }
  })
  const plain = (name: 'cost' | 'touchpoints' | 'assists'): Column<AttributionRow> => {
    const definition = define(name)
    return {
      key: name,
      title: definition.title,
      definition,
      kind: 'number',
      value: (row) => row[name],
      text: (row) => formatFigure(row[name], formatOf(definition, currency)),
    }
  }
  return [
    { key: 'group', title: groupTitle(question.by), kind: 'text', value: (row) => row.group.label },
    ...credited,
    ...(whyNoCost(question) === null ? [plain('cost')] : []),
    plain('touchpoints'),
    plain('assists'),
  ]
}
