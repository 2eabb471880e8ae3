import { buildSchema, graphqlSync, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { PlainLists } from './plainLists.ts'

type Row = { readonly name: string | null; readonly parts: readonly { readonly id: string; readonly color: string }[] | null }
type Context = { readonly plainLists?: PlainLists }

const rows: readonly Row[] = [
  {
    name: 'first',
    parts: [
      { id: '1', color: 'red' },
      { id: '2', color: 'blue' },
    ],
  },
  { name: null, parts: null },
  { name: 'last', parts: [] },
]

function schemaOf(): GraphQLSchema {
  const schema = buildSchema(`
    enum Color { RED BLUE }
    type Part { id: ID! color: Color! }
    type Row { name: String title: String! length(times: Int! = 1): Int twice(of: String!): [String!] parts: [Part!] first: Part }
    type Result { rows: [Row!]! count: Int! }
    type Query { result: Result other: Result }
  `)
  const resolvers: Record<string, Record<string, GraphQLFieldResolver<never, Context>>> = {
    Query: { result: () => ({ rows, count: rows.length }), other: () => ({ rows: rows.slice(1), count: 2 }) },
    Result: { rows: (answer: { readonly rows: readonly Row[] }, _args, context, info) => context.plainLists?.write(answer.rows, context, info) ?? answer.rows },
    Row: {
      title: (row: Row) => row.name,
      length: (row: Row, { times }: { readonly times: number }) => (row.name === null ? null : row.name.length * times),
      twice: (_row, { of }: { readonly of: string }) => [of, of],
      first: (row: Row) => row.parts?.[0],
    },
    Part: { color: ({ color }: { readonly color: string }) => color.toUpperCase() },
  }
  for (const [type, fields] of Object.entries(resolvers))
    for (const [name, resolve] of Object.entries(fields)) {
      const object = schema.getType(type)
      const field = isObjectType(object) ? object.getFields()[name] : undefined
      if (field === undefined) throw new Error(`${type}.${name} is not in the schema.`)
      field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>
    }
  return schema
}

const schema = schemaOf()

function ask(source: string, { isPlain }: { readonly isPlain: boolean }) {
  const contextValue: Context = isPlain ? { plainLists: new PlainLists() } : {}
  const result = graphqlSync({ schema, source, contextValue, variableValues: { yes: true, no: false, times: 3 } })
  contextValue.plainLists?.fill(result.data)
  return result
}

/** The text, so that the order of keys counts. */
function expectTheSame(source: string): void {
  const plain = ask(source, { isPlain: true })
  expect(plain.errors).toBeUndefined()
  expect(JSON.stringify(plain.data)).toBe(JSON.stringify(ask(source, { isPlain: false }).data))
}

describe('a list that goes past graphql-js is answered as graphql-js would', () => {
  it('with names of its own, arguments and their defaults', () => {
    expectTheSame('query ($times: Int!) { result { rows { again: name name length long: length(times: $times) twice(of: "x") } count } }')
  })
  it('with lists and objects in its rows, enums and type names', () => {
    expectTheSame('{ result { rows { __typename parts { __typename id color } first { color } } } }')
  })
  it('with fragments, and with parts of a field in several places', () => {
    expectTheSame(
      `{ result { ...some rows { parts { color } ... on Row { name } } } } fragment some on Result { rows { parts { id } ...of } } fragment of on Row { length }`,
    )
  })
  it('with fields that are skipped and included', () => {
    expectTheSame(
      'query ($yes: Boolean!, $no: Boolean!) { result { rows { name @include(if: $no) length @include(if: $yes) ... @skip(if: $yes) { first { id } } } count } }',
    )
  })
  it('twice in an answer, under names of its own', () => {
    expectTheSame('{ a: result { r: rows { name } count } b: other { rows { length } s: rows { name } } }')
  })
  it('with no rows selected', () => expectTheSame('{ result { count } }'))
})

describe('a null where there may be none', () => {
  it('makes an error with the field’s place and takes the result with it, and the other result stays', () => {
    const { data, errors } = ask('{ result { rows { title } } other { count } }', { isPlain: true })
    expect(JSON.stringify(data)).toBe('{"result":null,"other":{"count":2}}')
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['Cannot return null for a field of type String!.', ['result', 'rows']]])
  })
})
