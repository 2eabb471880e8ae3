import type { ChartTheme } from '../charts/theme.ts'

const seriesTokens = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6', '--series-7', '--series-8']

/** The tokens as they are shown now. `revision` only says when to read again. */
export function readChartTheme(_revision: number): ChartTheme {
  const probe = document.createElement('span')
  // A colour on its way is not the colour of the token.
  probe.style.transition = 'none'
  document.body.append(probe)
  // light-dark() is resolved by the browser when it is used as a colour, not when the property is read.
  const color = (token: string): string => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const theme: ChartTheme = {
    ink: color('--ink'),
    inkSoft: color('--ink-soft'),
    inkFaint: color('--ink-faint'),
    line: color('--line'),
    surface: color('--surface'),
    accent: color('--accent'),
    series: seriesTokens.map(color),
    other: color('--series-other'),
    heat: [color('--heat-low'), color('--heat-mid'), color('--heat-high')],
    font: getComputedStyle(document.body).fontFamily,
  }
  probe.remove()
  return theme
}
