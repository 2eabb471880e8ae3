import { composeServices } from '@apollo/composition'
import { printSubgraphSchema } from '@apollo/subgraph'
import { isInputObjectType, Kind, lexicographicSortSchema, parse, print, printSchema, type DefinitionNode, type GraphQLSchema } from 'graphql'

export type NamedSchema = { readonly name: string; readonly schema: GraphQLSchema }

/** The texts of schema/: each subgraph's own SDL, the supergraph that the gateway runs, and the API schema that clients see. */
export type ComposedSchema = { readonly subgraphs: Readonly<Record<string, string>>; readonly supergraph: string; readonly api: string }

/** Composes the subgraphs; throws with every reason when they do not fit together. The same subgraphs always give the same text. */
export function composeSchema(subgraphs: readonly NamedSchema[]): ComposedSchema {
  const printed = subgraphs.map(({ name, schema }) => ({ name, sdl: `${printSubgraphSchema(schema).trim()}\n` }))
  // The gateway takes the addresses from its configuration; these only say that there has to be one.
  const result = composeServices(printed.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}/graphql` })))
  if (result.errors !== undefined) throw new Error(`The subgraphs do not compose:\n${result.errors.map((error) => `  - ${error.message}`).join('\n')}`)
  const oneOf = oneOfInputs(subgraphs)
  const api = lexicographicSortSchema(result.schema.toAPISchema().toGraphQLJSSchema())
  for (const type of Object.values(api.getTypeMap())) if (isInputObjectType(type) && oneOf.has(type.name)) type.isOneOf = true
  return {
    subgraphs: Object.fromEntries(printed.map(({ name, sdl }) => [name, sdl])),
    supergraph: `${markOneOf(result.supergraphSdl, oneOf).trim()}\n`,
    api: `${printSchema(api).trim()}\n`,
  }
}

function oneOfInputs(subgraphs: readonly NamedSchema[]): ReadonlySet<string> {
  const types = subgraphs.flatMap(({ schema }) => Object.values(schema.getTypeMap()))
  return new Set(types.filter((type) => isInputObjectType(type) && type.isOneOf).map(({ name }) => name))
}

/**
 * Puts @oneOf back, which federation 2.14 does not know and drops. In a supergraph that defines the directive it is kept up to the schema of the gateway,
 * so that the gateway itself refuses two members at once.
 */
function markOneOf(supergraph: string, oneOf: ReadonlySet<string>): string {
  const document = parse(supergraph)
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION || !oneOf.has(definition.name.value)) return definition
    return { ...definition, directives: [...(definition.directives ?? []), { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'oneOf' } }] }
  })
  return print({ ...document, definitions: [...definitions, ...parse('directive @oneOf on INPUT_OBJECT').definitions] })
}
