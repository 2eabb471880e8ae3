/** One line of a tooltip. `mark` is the class of a small sign before the name. */
export type TooltipLine = { readonly color: string; readonly name: string; readonly value: string }

/** The inside of a tooltip. Names come from the data of others, so everything is escaped; colours are those of the theme. */
export function tooltipHtml(title: string, lines: readonly TooltipLine[]): string {
  const rows = lines.map(
    ({ color, name, value }) =>
      `<div class="chart-tip-line"><svg width="8" height="8" aria-hidden="true"><circle cx="4" cy="4" r="4" fill="${escapeHtml(color)}"/></svg><span>${escapeHtml(name)}</span><b>${escapeHtml(value)}</b></div>`,
  )
  return `<div class="chart-tip"><div class="chart-tip-title">${escapeHtml(title)}</div>${rows.join('')}</div>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
