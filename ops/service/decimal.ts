/** Canonical decimal text: no trailing zeros after the point, no point at the end, no negative zero. `100.500000` is `100.5`. */
export function trimDecimal(text: string): string {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  return trimmed === '-0' ? '0' : trimmed
}
