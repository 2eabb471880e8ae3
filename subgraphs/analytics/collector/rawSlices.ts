const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/**
 * The bytes of some elements of a JSON array, exactly as they came and without the white space around them. The array has been parsed before,
 * so it is well formed; `wanted` are positions in rising order. Only run when something was rejected.
 */
export function sliceElements(body: Buffer, wanted: readonly number[]): readonly Buffer[] {
  const slices: Buffer[] = []
  let next = 0
  let index = 0
  let depth = 0
  let start = body.indexOf(OPEN_BRACKET) + 1
  for (let at = start - 1; at < body.length && next < wanted.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfString(body, at)
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth += 1
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1
    const isEnd = (byte === COMMA && depth === 1) || (byte === CLOSE_BRACKET && depth === 0)
    if (!isEnd) continue
    if (index === wanted[next]) {
      slices.push(trim(body, start, at))
      next += 1
    }
    index += 1
    start = at + 1
  }
  return slices
}

/** Without white space at both ends. */
export function trim(body: Buffer, from: number, to: number): Buffer {
  let start = from
  let end = to
  while (start < end && isSpace(body[start])) start += 1
  while (end > start && isSpace(body[end - 1])) end -= 1
  return body.subarray(start, end)
}

/** The position of the closing quote. */
function endOfString(body: Buffer, opening: number): number {
  let at = opening + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}
