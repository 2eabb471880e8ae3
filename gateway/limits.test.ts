import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { limitDocument } from './limits.ts'

const schema = buildSchema('type Query { a: Query b: Int c(in: In): Int } input In { and: [In!] }')
const rule = limitDocument({ maxTokens: 1_000, maxDepth: 3, maxAliases: 2, maxRootFields: 2, maxValueDepth: 3, maxSelections: 1_000 })
const problems = (document: string) => validate(schema, parse(document), [rule]).map(({ message }) => message)

describe('limits of a document', () => {
  it.each(['{ a { a { b } } }', '{ c(in: { and: [{}, {}] }) }', '{ x: b y: b }', 'fragment F on Query { a { b } } { a { ...F } }'])(
    'lets %s through',
    (document) => expect(problems(document)).toEqual([]),
  )

  it.each([
    ['too many levels', '{ a { a { a { b } } } }', 'The operation has 4 levels; at most 3 are allowed.'],
    ['levels hidden in fragments', 'fragment F on Query { a { a { b } } } { a { ...F } }', 'The operation has 4 levels; at most 3 are allowed.'],
    ['too many aliases', '{ x: a { y: b z: __typename } }', 'The operation has 3 aliases; at most 2 are allowed.'],
    [
      'aliases that a fragment multiplies',
      'fragment F on Query { x: b } { a { ...F a { ...F } } b a { ...F } }',
      'The operation has 3 aliases; at most 2 are allowed.',
    ],
    ['values nested too deeply', '{ c(in: { and: [{}, { and: [] }] }) }', 'A value has more than 3 levels of objects and lists; send it as a variable.'],
    ['too many root fields', '{ a { b } b __typename }', 'The operation has 3 root fields; at most 2 are allowed.'],
  ])('refuses %s', (_what, document, message) => expect(problems(document)).toContain(message))

  it('does not run for ever on fragments that spread each other', () => {
    expect(problems('fragment F on Query { a { ...G } } fragment G on Query { a { ...F } } { ...F }')).toEqual([])
  })

  it('measures fragments that double at each step in linear time', () => {
    const fragments = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')
    expect(problems(`${fragments} fragment F60 on Query { x: b } { ...F0 }`)[0]).toMatch(/aliases/)
  })
})
