/** Exact rational numbers: shares such as a third are summed without a remainder. The denominator is positive. */
export type Fraction = { readonly above: bigint; readonly below: bigint }

export const fraction = (above: bigint, below = 1n): Fraction => {
  const divisor = commonDivisor(above < 0n ? -above : above, below)
  return { above: above / divisor, below: below / divisor }
}
export const ZERO = fraction(0n)

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.above * b.below + b.above * a.below, a.below * b.below)
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.above * b.above, a.below * b.below)
export const over = (a: Fraction, b: Fraction): Fraction =>
  b.above < 0n ? fraction(-a.above * b.below, a.below * -b.above) : fraction(a.above * b.below, a.below * b.above)

/** The nearest whole number, a half away from zero. */
export function toWhole({ above, below }: Fraction): bigint {
  const magnitude = above < 0n ? -above : above
  const rounded = (2n * magnitude + below) / (2n * below)
  return above < 0n ? -rounded : rounded
}

/** As a double, to about its precision. */
export function toNumber({ above, below }: Fraction): number {
  const places = 40n
  const scaled = String((above * 10n ** places) / below)
  return Number(`${scaled}e-${places}`)
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a === 0n ? 1n : a) : commonDivisor(b, a % b)
}
