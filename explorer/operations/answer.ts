/** What arrives is unknown until it was read; these read parts of an answer whose shape depends on the question. */
export type Row = Readonly<Record<string, unknown>>

/** How an answer was made. What needs the scope explain is null without it. */
export type Info = {
  readonly sql: string | null
  readonly parameters: unknown
  readonly rowsRead: string | null
  readonly bytesRead: string | null
  readonly elapsedMs: number | null
  readonly asOf: string | null
  readonly isApproximate: boolean
  readonly isTruncated: boolean
}

/** A number as it was answered: whole and exact numbers as text, ratios as numbers; null where there is none. */
export type Figure = string | number | null

export const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

export const rowOf = (value: unknown): Row => (isRow(value) ? value : {})

export const rowsOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.filter(isRow) : [])

export const stringOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export const figureOf = (value: unknown): Figure => (typeof value === 'string' || typeof value === 'number' ? value : null)

/** For pictures and for comparing; null where there is none. */
export function numberOf(figure: Figure | undefined): number | null {
  if (figure === null || figure === undefined) return null
  const value = Number(figure)
  return Number.isFinite(value) ? value : null
}

export function readInfo(value: unknown): Info {
  const info = rowOf(value)
  return {
    sql: stringOf(info['sql']),
    parameters: info['parameters'] ?? null,
    rowsRead: stringOf(info['rowsRead']),
    bytesRead: stringOf(info['bytesRead']),
    elapsedMs: typeof info['elapsedMs'] === 'number' ? info['elapsedMs'] : null,
    asOf: stringOf(info['asOf']),
    isApproximate: info['isApproximate'] === true,
    isTruncated: info['isTruncated'] === true,
  }
}

/** A bucket of time. `isPartial`: the range or asOf cuts it. */
export type Bucket = { readonly start: string; readonly end: string; readonly isPartial: boolean }

export function readBucket(value: unknown): Bucket | null {
  const { start, end, isPartial } = rowOf(value)
  return typeof start === 'string' && typeof end === 'string' ? { start, end, isPartial: isPartial === true } : null
}
