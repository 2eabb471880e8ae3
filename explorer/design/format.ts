import type { TimeUnit } from '../operations/generated/graphql.ts'
import type { Figure } from '../operations/answer.ts'

/** How a number is shown: what it counts, and how much room there is. */
export type FigureFormat = { readonly type: string; readonly unit: string | null; readonly currency: string }

export const absentFigure = '–'

/** In full, for tables: 12,345 · €12.30 · 4.2 % */
export function formatFigure(figure: Figure | undefined, format: FigureFormat): string {
  const value = valueOf(figure)
  if (value === null) return absentFigure
  return numberFormat(format, 'full').format(value)
}

/** Short, for axes and headlines: 12.3K */
export function formatShort(figure: Figure | undefined, format: FigureFormat): string {
  const value = valueOf(figure)
  if (value === null) return absentFigure
  return numberFormat(format, Math.abs(value) >= 10_000 ? 'compact' : 'full').format(value)
}

/** For axes: round numbers without places that say nothing. */
export function formatTick(value: number, format: FigureFormat): string {
  if (Math.abs(value) >= 10_000) return formatShort(value, format)
  const key = `tick ${format.unit ?? ''} ${format.currency}`
  const made = formats.get(key) ?? new Intl.NumberFormat('en', { ...styleOf(format, 'full'), minimumFractionDigits: 0, maximumFractionDigits: 2 })
  formats.set(key, made)
  return made.format(value)
}

const durations = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const

/** How long something took, in the largest unit that it fills: 42 s, 6.1 min, 9.5 h, 3.2 d. */
export function formatDuration(seconds: Figure | undefined): string {
  const value = valueOf(seconds)
  if (value === null) return absentFigure
  const { unit, seconds: length } = durations.find((each) => value >= each.seconds) ?? { unit: 's', seconds: 1 }
  const places = value / length < 100 ? 1 : 0
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: length === 1 ? 0 : places, maximumFractionDigits: places })
  return `${format.format(value / length)} ${unit}`
}

/** The change from before to now in percent, with its sign; null where there is nothing to compare with. */
export function changeOf(now: Figure | undefined, before: Figure | undefined): number | null {
  const [to, from] = [valueOf(now), valueOf(before)]
  return to === null || from === null || from === 0 ? null : (to - from) / Math.abs(from)
}

export function formatChange(change: number | null): string {
  if (change === null) return absentFigure
  const digits = Math.abs(change) < 0.1 ? 1 : 0
  return new Intl.NumberFormat('en', { style: 'percent', signDisplay: 'exceptZero', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    change,
  )
}

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat({ type, unit, currency }: FigureFormat, length: 'full' | 'compact'): Intl.NumberFormat {
  const key = `${type} ${unit ?? ''} ${currency} ${length}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat('en', { ...styleOf({ type, unit, currency }, length) })
  formats.set(key, made)
  return made
}

function styleOf({ type, unit, currency }: FigureFormat, length: 'full' | 'compact'): Intl.NumberFormatOptions {
  const compact: Intl.NumberFormatOptions = length === 'compact' ? { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 } : {}
  if (unit?.startsWith('currency') === true) return { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...compact }
  if (unit === 'share') return { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }
  if (type === 'BigInt') return { maximumFractionDigits: 0, ...compact, ...(length === 'compact' ? { maximumFractionDigits: 1 } : {}) }
  return { minimumFractionDigits: 2, maximumFractionDigits: 2, ...compact }
}

function valueOf(figure: Figure | undefined): number | null {
  if (figure === null || figure === undefined) return null
  const value = Number(figure)
  return Number.isFinite(value) ? value : null
}

const dates = new Map<string, Intl.DateTimeFormat>()

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const known = dates.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', options)
  dates.set(key, made)
  return made
}

/** A bucket by its start, in the question's zone: 3 Mar, 14:00 · Mon, 3 Mar 2026 · Week of 2 Mar 2026 · Mar 2026 · Q1 2026 · 2026. `bare` leaves out what the title of a column says. */
export function formatBucket(start: string, grain: TimeUnit, timeZone: string, length: 'short' | 'long' | 'bare' = 'long'): string {
  const time = new Date(start)
  switch (grain) {
    case 'HOUR':
      return dateFormat({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone }).format(time)
    case 'DAY':
      return length === 'short'
        ? dateFormat({ day: 'numeric', month: 'short', timeZone }).format(time)
        : dateFormat({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(time)
    case 'WEEK':
      return length === 'short'
        ? dateFormat({ day: 'numeric', month: 'short', timeZone }).format(time)
        : `${length === 'bare' ? '' : 'Week of '}${dateFormat({ day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(time)}`
    case 'MONTH':
      return dateFormat({ month: 'short', year: 'numeric', timeZone }).format(time)
    case 'QUARTER':
      return `Q${Math.floor(Number(dateFormat({ month: 'numeric', timeZone }).format(time)) / 3 + 2 / 3)} ${dateFormat({ year: 'numeric', timeZone }).format(time)}`
    case 'YEAR':
      return dateFormat({ year: 'numeric', timeZone }).format(time)
  }
}

/** The title of a column of buckets. */
export const bucketTitle = (grain: TimeUnit): string => ({ HOUR: 'Hour', DAY: 'Day', WEEK: 'Week of', MONTH: 'Month', QUARTER: 'Quarter', YEAR: 'Year' })[grain]

/** 23 Nov 2026, 02:31:07 in the given zone. */
export function formatInstant(instant: string, timeZone: string): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone }).format(
    new Date(instant),
  )
}

/** 1.2 MB, 340 KB. */
export function formatBytes(text: string): string {
  const bytes = Number(text)
  const steps = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(steps.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: step === 0 ? 0 : 1 }).format(bytes / 1000 ** step)} ${steps[step] ?? ''}`
}
