/** An exact decimal number: digits · 10^−scale. */
export type Decimal = { readonly digits: bigint; readonly scale: number }

/** Places of a stored amount. */
export const MONEY_PLACES = 6
/** Decimal(38, 6) has 32; what is converted needs room too. */
export const MAX_WHOLE_DIGITS = 24
const MAX_SIGNIFICANT_DIGITS = 15
const MAX_TEXT_LENGTH = 80

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** A decimal such as -12.50, without exponent; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  const parts = text.length > MAX_TEXT_LENGTH ? null : DECIMAL.exec(text)
  if (parts === null) return null
  const [, sign, whole = '', fraction = ''] = parts
  const digits = BigInt(whole + fraction)
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length }
}

/** A JSON number as the decimal that its shortest text shows; null when it is no finite number or has more than 15 significant digits. */
export function decimalOfNumber(value: number): Decimal | null {
  const parts = NUMBER.exec(String(value))
  if (parts === null) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const significant = `${whole}${fraction}`.replace(/^0+/, '').replace(/0+$/, '')
  if (significant.length > MAX_SIGNIFICANT_DIGITS) return null
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

/** Digits before the decimal point; 0 for 0.5. */
export function wholeDigits({ digits, scale }: Decimal): number {
  const whole = (digits < 0n ? -digits : digits) / 10n ** BigInt(scale)
  return whole === 0n ? 0 : whole.toString().length
}

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale })

/** Rounded half up to 6 places; halves go away from zero, so that a refund cancels its purchase. */
export function roundMoney({ digits, scale }: Decimal): Decimal {
  if (scale <= MONEY_PLACES) return { digits: digits * 10n ** BigInt(MONEY_PLACES - scale), scale: MONEY_PLACES }
  const unit = 10n ** BigInt(scale - MONEY_PLACES)
  const size = digits < 0n ? -digits : digits
  const rounded = (size * 2n + unit) / (unit * 2n)
  return { digits: digits < 0n ? -rounded : rounded, scale: MONEY_PLACES }
}

/** Canonical text: no exponent, no trailing zeros, no negative zero. */
export function printDecimal({ digits, scale }: Decimal): string {
  const size = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = size.slice(0, size.length - scale)
  const fraction = size.slice(size.length - scale).replace(/0+$/, '')
  const text = fraction === '' ? whole : `${whole}.${fraction}`
  return digits < 0n ? `-${text}` : text
}

/** Whether |a| > |b|. */
export function isLarger(a: Decimal, b: Decimal): boolean {
  const left = (a.digits < 0n ? -a.digits : a.digits) * 10n ** BigInt(b.scale)
  const right = (b.digits < 0n ? -b.digits : b.digits) * 10n ** BigInt(a.scale)
  return left > right
}
