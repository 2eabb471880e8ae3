/** Between which shares a share lies at a level. */
export type Interval = { readonly low: number; readonly high: number; readonly level: number }

/**
 * The score interval by its definition: the shares p of which count / of is at most z standard errors away, found by halving; z likewise from the
 * distribution function, the level being the probability between -z and z.
 */
export function scoreInterval(count: number, of: number, level: number): Interval {
  const z = halve({ low: 0, high: 40, isBelow: (at) => between(at) < level })
  const share = count / of
  const isAway = (p: number) => (share - p) ** 2 * of > z * z * p * (1 - p)
  return {
    low: count === 0 ? 0 : halve({ low: 0, high: share, isBelow: isAway }),
    high: count === of ? 1 : halve({ low: share, high: 1, isBelow: (p) => !isAway(p) }),
    level,
  }
}

/** Where a condition that holds from the lower end on ceases to. */
function halve({ low, high, isBelow }: { low: number; high: number; isBelow: (at: number) => boolean }): number {
  const middle = (low + high) / 2
  if (middle <= low || middle >= high) return middle
  return isBelow(middle) ? halve({ low: middle, high, isBelow }) : halve({ low, high: middle, isBelow })
}

/** The probability of a standard normal variable between -z and z: 2 phi(z) (z + z^3 / 3 + z^5 / (3 5) + ...). */
function between(z: number): number {
  let term = z
  let sum = z
  for (let n = 3; term > sum * 1e-18; n += 2) {
    term *= (z * z) / n
    sum += term
  }
  return Math.min(1, (2 * sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI))
}
