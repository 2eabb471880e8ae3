import type { IntervalValue } from '../model/interval.ts'
import { normalQuantile } from '../model/normalQuantile.ts'

/**
 * Wilson's score interval of a share, `of` at least 1 and 0 <= count <= of, 0 < level < 1: the shares p from which count / of is at most z standard
 * errors of p away (E. B. Wilson, "Probable inference", JASA 22 (1927), 209-212), without a correction for continuity. From 0 it begins at 0, to 1
 * it ends at 1.
 */
export function wilsonInterval(count: number, of: number, level: number): IntervalValue {
  const z = normalQuantile((1 - level) / 2)
  const width = (z * z) / of
  return { low: lowerEnd(count / of, width), high: 1 - lowerEnd((of - count) / of, width), level, resamples: null }
}

/** The lower root of (1 + width) p^2 - (2 share + width) p + share^2, by the form that loses no digits to a difference. */
function lowerEnd(share: number, width: number): number {
  return (2 * share * share) / (2 * share + width + Math.sqrt(width * (width + 4 * share * (1 - share))))
}
