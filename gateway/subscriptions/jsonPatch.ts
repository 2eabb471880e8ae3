/**
 * What makes one JSON value of another, as the text of an RFC 6902 patch of `add`, `remove` and `replace`: applied in order it gives `after` exactly.
 * Lists are compared by place between what they begin and end with in common; where the changes of a part are longer than the part, it is replaced.
 */
export function jsonPatch(before: unknown, after: unknown): string {
  return `[${changes(before, after, '')}]`
}

/** Operations with commas between; empty for the same value. */
function changes(before: unknown, after: unknown, path: string): string {
  if (before === after) return ''
  const parts = isList(before) && isList(after) ? ofLists(before, after, path) : isRecord(before) && isRecord(after) ? ofRecords(before, after, path) : null
  if (parts === '') return ''
  const whole = withValue('replace', path, after)
  return parts !== null && parts.length <= whole.length ? parts : whole
}

function ofRecords(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): string {
  const removed = Object.keys(before).flatMap((name) => (Object.hasOwn(after, name) ? [] : [remove(below(path, name))]))
  const others = Object.entries(after).map(([name, value]) =>
    Object.hasOwn(before, name) ? changes(before[name], value, below(path, name)) : withValue('add', below(path, name), value),
  )
  return joined([...removed, ...others])
}

function ofLists(before: readonly unknown[], after: readonly unknown[], path: string): string {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isSame(before[head], after[head])) head += 1
  let tail = 0
  while (tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail += 1
  const [beforeEnd, afterEnd] = [before.length - tail, after.length - tail]
  const operations: string[] = []
  for (let at = head; at < Math.min(beforeEnd, afterEnd); at += 1) operations.push(changes(before[at], after[at], `${path}/${at}`))
  for (let at = beforeEnd; at < afterEnd; at += 1) operations.push(withValue('add', `${path}/${at}`, after[at]))
  // From the end, so that each is still where it was.
  for (let at = beforeEnd - 1; at >= afterEnd; at -= 1) operations.push(remove(`${path}/${at}`))
  return joined(operations)
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (isList(one) && isList(other)) return one.length === other.length && one.every((each, index) => isSame(each, other[index]))
  if (!isRecord(one) || !isRecord(other)) return false
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
}

const joined = (operations: readonly string[]): string => operations.filter((operation) => operation !== '').join(',')
const below = (path: string, name: string): string => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
const remove = (path: string): string => `{"op":"remove","path":${JSON.stringify(path)}}`
const withValue = (op: 'add' | 'replace', path: string, value: unknown): string =>
  `{"op":"${op}","path":${JSON.stringify(path)},"value":${JSON.stringify(value)}}`

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
