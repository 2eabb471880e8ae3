/** Between what a number lies; `resamples` is null where nothing was drawn. */
export type IntervalValue = { readonly low: number; readonly high: number; readonly level: number; readonly resamples: number | null }

/** When it is left out. */
export const DEFAULT_LEVEL = 0.95
