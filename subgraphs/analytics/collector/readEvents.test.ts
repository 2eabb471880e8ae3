import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceElements } from './rawSlices.ts'
import { readEvents } from './readEvents.ts'

const read = (text: string | Buffer, isLines = false) => {
  const events = readEvents(Buffer.from(text), { isLines, maxEvents: 10 })
  return Array.from({ length: events.count }, (_, index) => {
    const event = events.at(index)
    return event.problem === null ? event.value : event.problem.code
  })
}

describe('reading a body', () => {
  it('takes an array, one object, objects in lines, and a byte order mark', () => {
    expect(read('[{"a":1},{"a":2}]')).toEqual([{ a: 1 }, { a: 2 }])
    expect(read('\ufeff {\n "a": 1 }\n')).toEqual([{ a: 1 }])
    expect(read('{"a":1}\r\n\n{"a":2}\n')).toEqual([{ a: 1 }, { a: 2 }])
    expect(read('{"a":1}\n{"a":2}', true)).toEqual([{ a: 1 }, { a: 2 }])
    expect(read('[]')).toEqual([])
  })

  it('a line that is no JSON is one rejected event', () => {
    expect(read('{"a":1}\n{"a":\n{"a":3}', true)).toEqual([{ a: 1 }, 'INVALID_JSON', { a: 3 }])
    expect(read(Buffer.from([0x7b, 0x7d, 0x0a, 0xff, 0xfe]), true)).toEqual([{}, 'INVALID_UTF8'])
  })

  it.each([
    ['', 400, 'EMPTY_BODY'],
    ['  \n', 400, 'EMPTY_BODY'],
    ['[{"a":1},', 400, 'INVALID_JSON'],
    ['{"a":', 400, 'INVALID_JSON'],
    ['nonsense', 400, 'INVALID_JSON'],
    [Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 400, 'INVALID_UTF8'],
    [`[${Array.from({ length: 11 }, () => '{}').join(',')}]`, 413, 'TOO_MANY_EVENTS'],
    [Array.from({ length: 11 }, () => '{}').join('\n'), 413, 'TOO_MANY_EVENTS'],
  ])('%s is refused with %i %s', (text, status, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ status, code }))
  })
})

describe('the raw bytes of elements', () => {
  it('are those of the body, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }), fc.constantFrom('', ' ', '\n\t', '\r\n '), (values, space) => {
        const texts = values.map((value) => JSON.stringify(value, null, space.length))
        const body = Buffer.from(`${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`)
        const wanted = values.map((_, index) => index).filter((index) => index % 2 === 0)
        expect(sliceElements(body, wanted).map(String)).toEqual(wanted.map((index) => texts[index]))
      }),
    )
  })
})
