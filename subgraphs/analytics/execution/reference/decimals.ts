/** Money and quotients as whole millionths: exact, and rounded half up (a half goes away from zero) to 6 places where a division needs it. */
const PLACES = 6
const ONE = 10n ** BigInt(PLACES)

/** Decimal text with at most 6 places, such as '-12.5', as millionths. Throws on anything else. */
export function toMicros(text: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text)
  if (parts === null) throw new Error(`Not a decimal of at most ${PLACES} places: ${JSON.stringify(text)}`)
  const [, sign, whole = '0', fraction = ''] = parts
  const magnitude = BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/** The shortest text of the amount: '12.5', '-0.000001', '0'. */
export function fromMicros(micros: bigint): string {
  const magnitude = micros < 0n ? -micros : micros
  const fraction = String(magnitude % ONE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${micros < 0n ? '-' : ''}${magnitude / ONE}${fraction === '' ? '' : `.${fraction}`}`
}

/** The quotient of two amounts as a whole number of 10⁻²⁰, what is smaller cut off; null without a denominator. */
export const ratioOf = (numerator: bigint, denominator: bigint): bigint | null => (denominator === 0n ? null : (numerator * 10n ** 20n) / denominator)

/** Such a quotient as a float. */
export const ratioToNumber = (ratio: bigint): number => Number(`${ratio}e-20`)

/** The quotient in millionths, a half away from zero; null without a denominator. */
export function divideMicros(micros: bigint, count: number): bigint | null {
  if (count === 0) return null
  const divisor = BigInt(count)
  const magnitude = micros < 0n ? -micros : micros
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return micros < 0n ? -rounded : rounded
}
