// One line for each figure, and the same as JSON.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Figure = { readonly name: string; readonly value: number; readonly unit: string; readonly ratio?: number; readonly against?: string }

export type Figures = { readonly add: (figure: Figure) => void; readonly all: readonly Figure[] }

export function createFigures(write: (line: string) => void): Figures {
  const all: Figure[] = []
  return {
    all,
    add: (figure) => {
      all.push(figure)
      write(
        `${figure.name}: ${round(figure.value)} ${figure.unit}${figure.ratio === undefined ? '' : ` (ratio ${figure.ratio.toFixed(2)} against ${figure.against})`}`,
      )
    },
  }
}

export function writeFigures(figures: readonly Figure[], options: { folder: string; name: string; at: Date }): string {
  mkdirSync(options.folder, { recursive: true })
  const file = join(options.folder, `${options.name}.json`)
  writeFileSync(file, `${JSON.stringify({ at: options.at.toISOString(), figures }, null, 2)}\n`)
  return file
}

/** The middle value; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor((sorted.length - 1) * share))]
  if (value === undefined) throw new Error('a quantile of nothing')
  return value
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2)
}
