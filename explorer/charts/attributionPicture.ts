import { formatFigure, formatShort } from '../design/format.ts'
import { numberOf } from '../operations/answer.ts'
import type { AttributionAnswer, AttributionRow } from '../operations/useAttributionAnswer.ts'
import type { Definition } from '../operations/useCatalog.ts'
import { modelIndex, modelText } from '../query/attributionModels.ts'
import type { ModelBarsPicture } from './modelBars.ts'

/** Groups that are drawn; the others are in the table. */
export const maxGroups = 10

/** The first groups of the answer, each with a bar per model, and what is not drawn. */
export type AttributionPicture = {
  readonly bars: ModelBarsPicture
  /** Groups that the table has beside those drawn. */
  readonly more: number
  /** What no touchpoint led to: it would make the bars of the others short, so it is told in words. */
  readonly untouched: AttributionRow | null
}

export function attributionPicture(
  { rows, question }: AttributionAnswer,
  { definition, currency }: { readonly definition: Definition; readonly currency: string },
): AttributionPicture {
  const format = { type: definition.type, unit: definition.unit, currency }
  const touched = rows.filter((row) => row.group.id !== null && Object.values(row.credit).some((figure) => numberOf(figure) !== null))
  const drawn = touched.slice(0, maxGroups)
  return {
    bars: {
      groups: drawn.map((row) => row.group.label),
      models: question.models.map((model) => ({
        name: modelText(model).title,
        color: modelIndex(model),
        values: drawn.map((row) => numberOf(row.credit[model])),
      })),
      format: (value) => formatFigure(value, format),
      formatAxis: axisFormat(definition, currency),
    },
    more: rows.filter((row) => row.group.id !== null).length - drawn.length,
    untouched: rows.find((row) => row.group.id === null) ?? null,
  }
}

/** Round numbers without places that say nothing. */
function axisFormat({ type, unit }: Definition, currency: string): (value: number) => string {
  if (unit?.startsWith('currency') === true) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol', notation: 'compact', maximumFractionDigits: 2 })
    return (value) => format.format(value)
  }
  return (value) => formatShort(value, { type: Number.isInteger(value) ? 'BigInt' : type, unit, currency })
}
