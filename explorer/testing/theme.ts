import type { ChartTheme } from '../charts/theme.ts'

/** A theme whose colours are their names. */
export const testTheme: ChartTheme = {
  ink: 'ink',
  inkSoft: 'inkSoft',
  inkFaint: 'inkFaint',
  line: 'line',
  surface: 'surface',
  accent: 'accent',
  series: ['one', 'two', 'three'],
  other: 'other',
  heat: ['rgb(0, 0, 0)', 'rgb(100, 100, 100)', 'rgb(200, 200, 200)'],
  font: 'font',
}
