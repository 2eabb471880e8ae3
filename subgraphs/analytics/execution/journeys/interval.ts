import type { IntervalValue } from '../../model/interval.ts'

/** The percentile interval of so many resamples: as much is left out below as above; the ends lie between two of them as their ranks do. */
export function percentileInterval(resampled: readonly number[], level: number): IntervalValue {
  const sorted = resampled.toSorted((a, b) => a - b)
  const at = (part: number): number => {
    const rank = part * (sorted.length - 1)
    const lower = sorted[Math.floor(rank)] ?? 0
    return lower + (rank - Math.floor(rank)) * ((sorted[Math.ceil(rank)] ?? 0) - lower)
  }
  return { low: at((1 - level) / 2), high: at((1 + level) / 2), level, resamples: sorted.length }
}
