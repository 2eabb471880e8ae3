import { isUtf8 } from 'node:buffer'
import { describe } from './checkFields.ts'
import { RequestError } from './requestError.ts'
import { rejection, type Rejection } from './rejections.ts'
import { sliceElements, trim } from './rawSlices.ts'

/** The events of a request, not yet checked. */
export type ReadEvents = {
  readonly count: number
  /** The event at that position as JSON.parse gave it, or why it is none. */
  readonly at: (index: number) => ReadEvent
  /** The bytes of these events, exactly as they came; positions in rising order. */
  readonly raw: (indexes: readonly number[]) => readonly Buffer[]
}
export type ReadEvent = { readonly value: unknown; readonly problem: null } | { readonly value: null; readonly problem: Rejection }

const OPEN_BRACKET = 0x5b
const NEWLINE = 0x0a

/**
 * Reads a JSON array, one JSON object, or one object a line. Lines that are no JSON are events that will be rejected; an array or a lone object
 * that is no JSON throws a RequestError of status 400, and more than `maxEvents` one of 413.
 */
export function readEvents(body: Buffer, options: { readonly isLines: boolean; readonly maxEvents: number }): ReadEvents {
  const text = withoutByteOrderMark(body)
  const trimmed = trim(text, 0, text.length)
  if (trimmed.length === 0) throw new RequestError(400, 'EMPTY_BODY', 'The body is empty; send a JSON array of events or one event a line.')
  const events = trimmed[0] === OPEN_BRACKET ? readArray(trimmed) : readLines(trimmed, options)
  if (events.count <= options.maxEvents) return events
  throw new RequestError(413, 'TOO_MANY_EVENTS', `The request has ${events.count} events; at most ${options.maxEvents} are taken at once.`)
}

function readArray(body: Buffer): ReadEvents {
  if (!isUtf8(body)) throw new RequestError(400, 'INVALID_UTF8', 'The body is no UTF-8 text.')
  const values = parseWhole(body)
  if (!Array.isArray(values)) throw new RequestError(400, 'INVALID_JSON', 'The body must be a JSON array of events.')
  const list: readonly unknown[] = values
  return { count: list.length, at: (index) => ({ value: list[index], problem: null }), raw: (indexes) => sliceElements(body, indexes) }
}

function readLines(body: Buffer, { isLines, maxEvents }: { readonly isLines: boolean; readonly maxEvents: number }): ReadEvents {
  if (!isLines) {
    const whole = parseLine(body)
    // A lone object may be written over several lines; if it is not one, the lines are tried one by one.
    if (whole.problem === null || !body.includes(NEWLINE)) {
      if (whole.problem !== null) throw new RequestError(400, whole.problem.code, whole.problem.message)
      return { count: 1, at: () => whole, raw: () => [body] }
    }
  }
  const lines = splitLines(body, maxEvents + 1)
  const events = {
    count: lines.length,
    at: (index: number) => parseLine(lines[index] ?? Buffer.alloc(0)),
    raw: (indexes: readonly number[]) => indexes.map((index) => lines[index] ?? Buffer.alloc(0)),
  }
  if (isLines || lines.some((line) => parseLine(line).problem === null)) return events
  throw new RequestError(400, 'INVALID_JSON', parseLine(body).problem?.message ?? 'The body is no JSON.')
}

/** Lines with something on them, without their ends; stops after `limit`. */
function splitLines(body: Buffer, limit: number): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < body.length && lines.length < limit;) {
    const newline = body.indexOf(NEWLINE, start)
    const end = newline === -1 ? body.length : newline
    const line = trim(body, start, end)
    if (line.length > 0) lines.push(line)
    start = end + 1
  }
  return lines
}

function parseLine(line: Buffer): ReadEvent {
  if (!isUtf8(line)) return { value: null, problem: rejection('INVALID_UTF8', '', {}) }
  try {
    return { value: JSON.parse(line.toString()), problem: null }
  } catch (error) {
    return { value: null, problem: rejection('INVALID_JSON', '', { problem: problemOf(error) }) }
  }
}

function parseWhole(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw new RequestError(400, 'INVALID_JSON', `The body is no JSON: ${problemOf(error)}`)
  }
}

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : describe(error))

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const withoutByteOrderMark = (body: Buffer): Buffer => (body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? body.subarray(3) : body)
