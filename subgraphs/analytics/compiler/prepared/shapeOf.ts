import { TracedTime, type Trace } from './trace.ts'

/** What a bound question is made of: nothing that its text would not tell. */
export type Plain = string | number | boolean | null | undefined | readonly Plain[] | ReadonlySet<string> | { readonly [member: string]: Plain }

/** Members that are times, wherever they stand: milliseconds UTC. */
const TIMES: ReadonlySet<string> = new Set(['startMs', 'endMs', 'atMs', 'asOfMs'])
/** Members that are calendar days where they are texts. */
const DAYS: ReadonlySet<string> = new Set(['from', 'before'])

const isTime = (member: string, value: Plain): value is number | string =>
  (typeof value === 'number' && TIMES.has(member)) || (typeof value === 'string' && DAYS.has(member))

export type Shape = { readonly text: string; readonly times: readonly number[] }

/** The question without its times, which are numbered in the order in which they come; times that are equal have one number. */
export function shapeOf(question: Plain): Shape {
  const slots: Slots = new Map()
  const parts: string[] = []
  write(question, parts, slots)
  return { text: parts.join(''), times: [...slots.keys()].map((time) => (typeof time === 'string' ? Date.parse(time) : time)) }
}

/** Days are apart from times, also from their own midnights. */
type Slots = Map<number | string, number>

function write(value: Plain, parts: string[], slots: Slots): void {
  if (typeof value === 'string') parts.push(JSON.stringify(value))
  else if (typeof value !== 'object' || value === null) parts.push(Object.is(value, -0) ? '-0' : String(value))
  else if (isList(value)) {
    parts.push('[')
    for (const each of value) {
      write(each, parts, slots)
      parts.push(',')
    }
    parts.push(']')
  } else if (isSet(value)) parts.push('<', JSON.stringify([...value]), '>')
  else {
    parts.push('{')
    for (const member in value) {
      const of = value[member]
      parts.push(member, ':')
      if (isTime(member, of)) parts.push('t', String(slotOf(of, slots)))
      else write(of, parts, slots)
      parts.push(',')
    }
    parts.push('}')
  }
}

function slotOf(time: number | string, slots: Slots): number {
  const known = slots.get(time)
  if (known !== undefined) return known
  slots.set(time, slots.size)
  return slots.size - 1
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value)
const isSet = (value: Plain): value is ReadonlySet<string> => value instanceof Set

/** The question with its times traced: numbered in the same order as for its shape. */
export function traced<Question extends Plain>(question: Question, trace: Trace): Question {
  const slots: Slots = new Map()
  const timeOf = (time: number | string): Plain => {
    const of = new TracedTime(trace, { slot: slotOf(time, slots), byMs: 0, isDay: typeof time === 'string' })
    return typeof time === 'string' ? of.asText() : of.asNumber()
  }
  const copy = (value: Plain): Plain => {
    if (typeof value !== 'object' || value === null || isSet(value)) return value
    if (isList(value)) return value.map(copy)
    return Object.fromEntries(Object.entries(value).map(([member, of]) => [member, isTime(member, of) ? timeOf(of) : copy(of)]))
  }
  return copy(question) as Question
}
