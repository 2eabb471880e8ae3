import { buildSchema, Kind, parse, type OperationDefinitionNode } from 'graphql'
import { describe, expect, it } from 'vitest'
import { WholeAnswers } from './wholeAnswers.ts'

const schema = buildSchema(`
  type Campaign { id: ID! name: String }
  type Row { campaign: Campaign installs: Int time: String any: Thing }
  union Thing = Campaign | Row
  type Result { rows: [Row!]! total: Row! }
  type Query { metrics(days: Int): Result cohorts: Result sure: Result! thing: Thing }
  type Mutation { change: Result }
`)

/** The keys that go past the executor, when the client asks `asked` and a subgraph was asked `fetched`. */
function taken(asked: string, fetched: string): readonly string[] {
  const document = parse(asked)
  const operation = document.definitions.find((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('There is an operation.')
  const answers = new WholeAnswers()
  const data = {
    metrics: { of: 'metrics' },
    m: { of: 'm' },
    cohorts: { of: 'cohorts' },
    sure: { of: 'sure' },
    thing: { of: 'thing' },
    change: { of: 'change' },
  }
  const left = answers.take(data, parse(fetched), { schema, document, operation })
  const response = { ...left }
  answers.putBack(response)
  // Whatever was taken is there again, and nothing else has changed.
  expect(response).toEqual(data)
  return Object.keys(data).filter((key) => left[key as keyof typeof data] === null)
}

describe('an answer goes past the executor', () => {
  it('when the subgraph was asked the same', () => {
    expect(taken('{ metrics { rows { installs time } } }', '{ metrics { rows { installs time } } }')).toEqual(['metrics'])
  })
  it('when the same stands in fragments, in parts and in another order', () => {
    const asked =
      'query ($yes: Boolean!) { ...a metrics { total { time } } } fragment a on Query { metrics { rows { ... on Row @include(if: $yes) { time } installs } } }'
    expect(taken(asked, '{ metrics { total { time } rows { installs time } } }')).toEqual(['metrics'])
  })
  it('under a name of the client’s own, beside one that is not whole', () => {
    const asked = '{ m: metrics(days: 3) { rows { time } } cohorts { rows { campaign { name } } } }'
    expect(taken(asked, '{ m: metrics(days: 3) { rows { time } } cohorts { rows { campaign { __typename id } } } }')).toEqual(['m'])
  })
  it('with type names that the client asked for', () => {
    expect(taken('{ metrics { __typename rows { __typename } } }', '{ metrics { __typename rows { __typename } } }')).toEqual(['metrics'])
  })
})

describe('an answer is left to the executor', () => {
  it('when another subgraph tells a part of it', () => {
    expect(taken('{ metrics { rows { campaign { id name } } } }', '{ metrics { rows { campaign { __typename id } } } }')).toEqual([])
  })
  it('when the subgraph was asked for more', () => {
    expect(taken('{ metrics { rows { campaign { id } } } }', '{ metrics { rows { campaign { __typename id } } } }')).toEqual([])
  })
  it('when a key stands for another field', () => {
    expect(taken('{ metrics { rows { a: installs } } }', '{ metrics { rows { a: time } } }')).toEqual([])
  })
  it('when it may not be null', () => {
    expect(taken('{ sure { rows { time } } }', '{ sure { rows { time } } }')).toEqual([])
  })
  it('of a mutation', () => {
    expect(taken('mutation { change { rows { time } } }', 'mutation { change { rows { time } } }')).toEqual([])
  })
  it('when it is of several types, or has what is', () => {
    expect(taken('{ thing { __typename } }', '{ thing { __typename } }')).toEqual([])
    expect(taken('{ metrics { rows { any { ... on Row { time } } } } }', '{ metrics { rows { any { ... on Row { time } } } } }')).toEqual([])
  })
})
