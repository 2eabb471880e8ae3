/** Decimal text as whole millionths and back: sums and quotients of money stay exact. */
const PLACES = 6
const ONE = 10n ** BigInt(PLACES)

/** Throws on anything that is not decimal text: a number would have passed through a float. */
export function toMillionths(value: unknown): bigint {
  const parts = typeof value === 'string' ? /^(-?)(\d+)(?:\.(\d{1,6})0*)?$/.exec(value) : null
  if (parts === null) throw new Error(`Not decimal text of at most ${PLACES} places: ${JSON.stringify(value)}`)
  const [, sign, whole = '0', fraction = ''] = parts
  const magnitude = BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/** Decimal text of at most six places in its shortest form, as fromMillionths has it, without counting. Throws on anything else. */
export function shortestDecimal(value: unknown): string {
  const parts = typeof value === 'string' ? /^(-?(?:0|[1-9]\d*))(?:(\.\d{0,5}[1-9])0*|\.0+)?$/.exec(value) : null
  const [, whole = '', fraction = ''] = parts ?? []
  // An odd text, or a zero with a sign, takes the long way.
  return parts === null || whole === '-0' ? fromMillionths(toMillionths(value)) : `${whole}${fraction}`
}

/** The shortest text: '12.5', '-0.000001', '0'. */
export function fromMillionths(millionths: bigint): string {
  const magnitude = millionths < 0n ? -millionths : millionths
  const fraction = String(magnitude % ONE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${millionths < 0n ? '-' : ''}${magnitude / ONE}${fraction === '' ? '' : `.${fraction}`}`
}

/** The quotient in millionths, rounded half up (a half goes away from zero); null without a denominator. */
export function divideMillionths(millionths: bigint, count: number): bigint | null {
  if (count === 0) return null
  const divisor = BigInt(count)
  const magnitude = millionths < 0n ? -millionths : millionths
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return millionths < 0n ? -rounded : rounded
}

/** The quotient of two amounts as a float; null without a denominator. */
export function ratioOfMillionths(numerator: bigint, denominator: bigint): number | null {
  if (denominator === 0n) return null
  const magnitude = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(RATIO_PLACES)
  const digits = String(magnitude / (denominator < 0n ? -denominator : denominator)).padStart(RATIO_PLACES + 1, '0')
  const isNegative = numerator < 0n !== denominator < 0n
  return Number(`${isNegative && numerator !== 0n ? '-' : ''}${digits.slice(0, -RATIO_PLACES)}.${digits.slice(-RATIO_PLACES)}`)
}

/** As many as the statements cut quotients at that are answered as floats. */
const RATIO_PLACES = 20
