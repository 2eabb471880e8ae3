import { changeOf, formatChange, formatFigure, formatShort, type FigureFormat } from '../design/format.ts'
import type { Figure } from '../operations/answer.ts'
import type { Definition } from '../operations/useCatalog.ts'

/** A total as it is shown above the picture. */
export type Headline = {
  readonly key: string
  readonly definition: Definition
  readonly value: string
  readonly exact: string
  /** null: nothing to compare with. */
  readonly change: string | null
  readonly before: string
  readonly tone: 'good' | 'bad' | null
}

/** Of these less is better. */
const lessIsBetter = ['cost', 'refunds', 'ecpi']

export const formatOf = (definition: Definition, currency: string): FigureFormat => ({ type: definition.type, unit: definition.unit, currency })

export function headlineOf(
  definition: Definition,
  figures: { readonly now: Figure | undefined; readonly before: Figure | undefined },
  currency: string,
): Headline {
  const format = formatOf(definition, currency)
  const change = changeOf(figures.now, figures.before)
  return {
    key: definition.name,
    definition,
    value: formatShort(figures.now, format),
    exact: formatFigure(figures.now, format),
    change: change === null ? null : formatChange(change),
    before: formatShort(figures.before, format),
    tone: toneOf(definition.name, change),
  }
}

/** Whether a change is good news; null for none, and for a change that rounds to nothing. */
export function toneOf(measure: string, change: number | null): 'good' | 'bad' | null {
  if (change === null || Math.abs(change) < 0.0005) return null
  return change > 0 !== lessIsBetter.includes(measure) ? 'good' : 'bad'
}
