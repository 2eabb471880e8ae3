/** A colour between those of the scale, by how much of it is reached (0 to 1). Colours are rgb(r, g, b), as browsers say them. */
export function heatColor(scale: readonly [string, string, string], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * 2
  const [from, to] = at <= 1 ? [scale[0], scale[1]] : [scale[1], scale[2]]
  const [a, b] = [channels(from), channels(to)]
  const part = at <= 1 ? at : at - 1
  return `rgb(${a.map((value, index) => Math.round(value + ((b[index] ?? 0) - value) * part)).join(', ')})`
}

/** Black or white, whichever is read better on the colour (WCAG 2 contrast). */
export function inkOn(color: string): string {
  const luminance = luminanceOf(color)
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? 'rgb(10, 11, 16)' : 'rgb(255, 255, 255)'
}

/** How well two colours are told apart, 1 to 21 (WCAG 2). */
export function contrastOf(one: string, other: string): number {
  const [light, dark] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channels(color: string): readonly number[] {
  const found = [...color.matchAll(/[\d.]+/g)].map(([number]) => Number(number)).slice(0, 3)
  if (found.length !== 3) throw new Error(`${color} is no rgb colour.`)
  return found
}
