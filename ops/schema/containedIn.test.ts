import { describe, expect, it } from 'vitest'
import { findNarrowed } from './containedIn.ts'
import { checkContract, findDifferences, generateSchemaFiles } from './files.ts'

const contract = `
  type Query { a(first: Int! = 50, after: String): [A!] b: B }
  type A { id: ID! name: String }
  enum B { X Y }
  input I @oneOf { p: Int q: String }`

describe('the contract', () => {
  it.each([
    ['is the same', contract],
    [
      'has more',
      contract.replace('type A { id: ID!', 'type A { id: ID! more: Int').replace('X Y', 'X Y Z').replace('after: String', 'after: String, extra: Int'),
    ],
    ['promises more', contract.replace('name: String', 'name: String!').replace('[A!]', '[A!]!')],
  ])('is contained in an API that %s', (_what, api) => expect(findNarrowed({ contract, api })).toEqual([]))

  it.each([
    ['a missing field', contract.replace('name: String', ''), ['A.name is missing.']],
    ['a field that became nullable', contract.replace('id: ID!', 'id: ID'), ['A.id is ID, not ID!.']],
    ['another type', contract.replace('name: String', 'name: Int'), ['A.name is Int, not String.']],
    ['another default', contract.replace('= 50', '= 10'), ['Query.a argument first has the default 10, not 50.']],
    ['an argument that became required', contract.replace('after: String', 'after: String!'), ['Query.a argument after is String!, not String.']],
    [
      'a new required argument',
      contract.replace('after: String', 'after: String, x: Int!'),
      ['Query.a argument x is required, and the contract does not know it.'],
    ],
    ['a missing value', contract.replace('X Y', 'X'), ['B.Y is missing.']],
    ['an input that is no @oneOf', contract.replace('@oneOf', ''), ['I is not @oneOf.']],
    ['a missing type', contract.replace('type A ', 'type C ').replace('[A!]', '[C!]'), ['Query.a is [C!], not [A!].', 'A is missing.']],
  ])('notices %s', (_what, api, sentences) => expect(findNarrowed({ contract, api })).toEqual(sentences))

  it('is contained in the API schema, where it lies beside the checkout', async (test) => {
    const narrowed = await checkContract(await generateSchemaFiles())
    if (narrowed === null) {
      console.log('skipped: ../shared/contract.graphql is not beside this checkout')
      test.skip()
    }
    expect(narrowed).toEqual([])
  })

  it('schema/ is what the code says', async () => {
    expect(await findDifferences(await generateSchemaFiles())).toEqual([])
  })
})
