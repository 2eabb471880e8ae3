import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrastOf } from '../charts/heat.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)].map(([, name = '', light = '', dark = '']) => [name, [light, dark] as const]),
)
const rgb = (hex: string): string => `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ')})`
const surfaces = ['--canvas', '--surface', '--raised', '--sunken', '--hover']
const series = Array.from({ length: 8 }, (_each, index) => `--series-${index + 1}`)

function contrast(one: string, other: string, theme: 0 | 1): number {
  const [a, b] = [tokens.get(one)?.[theme], tokens.get(other)?.[theme]]
  if (a === undefined || b === undefined) throw new Error(`${one} or ${other} is no token.`)
  return contrastOf(rgb(a), rgb(b))
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the %s theme', (_name, theme) => {
  it.each(['--ink', '--ink-soft', '--ink-faint', '--good', '--bad', '--accent-ink'])('has %s readable on every surface (WCAG AA)', (ink) => {
    for (const surface of surfaces) expect([surface, contrast(ink, surface, theme) >= 4.5]).toEqual([surface, true])
  })

  it('has notes readable on their own ground', () => {
    expect(contrast('--warn', '--warn-soft', theme)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('--bad', '--bad-soft', theme)).toBeGreaterThanOrEqual(4.5)
    expect(contrast('--accent-ink', '--accent-soft', theme)).toBeGreaterThanOrEqual(4.5)
  })

  it.each([...series, '--edge'])('has %s seen on a card (3:1)', (color) => {
    expect(contrast(color, '--surface', theme)).toBeGreaterThanOrEqual(3)
  })
})

/** Linear transforms of how people without one kind of cone see (Machado, Oliveira and Fernandes 2009, severity 1). */
const visions = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const

/** About three times what can just be noticed side by side. */
const leastDistance = 0.06

type Vision = keyof typeof visions

/** OKLab, in which distances are about as large as they are seen. */
function seen(hex: string, vision: Vision): readonly number[] {
  const linear = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  const matrix = visions[vision]
  const [r = 0, g = 0, b = 0] = [0, 3, 6].map((row) =>
    Math.max(0, (matrix[row] ?? 0) * linear[0]! + (matrix[row + 1] ?? 0) * linear[1]! + (matrix[row + 2] ?? 0) * linear[2]!),
  )
  const [l, m, s] = [
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  ].map(Math.cbrt) as [number, number, number]
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the series of the %s theme', (_name, theme) => {
  it.each(Object.keys(visions) as Vision[])('are told apart with %s', (vision) => {
    const colors = series.map((name) => ({ name, at: seen(tokens.get(name)![theme], vision) }))
    const close = colors.flatMap((one, index) =>
      colors.slice(index + 1).flatMap((other) => {
        const distance = Math.hypot(...one.at.map((value, axis) => value - other.at[axis]!))
        return distance < leastDistance ? [`${one.name} and ${other.name}: ${distance.toFixed(3)}`] : []
      }),
    )
    expect(close).toEqual([])
  })
})
