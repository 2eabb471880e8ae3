/** The colours and the type of a picture, read from the tokens of the theme that is shown. */
export type ChartTheme = {
  readonly ink: string
  readonly inkSoft: string
  readonly inkFaint: string
  readonly line: string
  readonly surface: string
  readonly accent: string
  readonly series: readonly string[]
  readonly other: string
  /** From the least to the most. */
  readonly heat: readonly [string, string, string]
  readonly font: string
}

/** The colour of the nth series; those beyond the palette share the last one. */
export const seriesColor = (theme: ChartTheme, index: number): string => theme.series[index] ?? theme.other
