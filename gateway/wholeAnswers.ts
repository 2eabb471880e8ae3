import type { ApolloServerPlugin } from '@apollo/server'
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { GatewayContext } from './dataSource.ts'

/** The operation of the client, as far as it is needed to see what of it a subgraph has answered. */
export type AskedOperation = { readonly schema: GraphQLSchema; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }

type Data = Record<string, unknown>

/**
 * The root fields of one request that a subgraph has answered with all that the client selected below them. They go past Apollo's executor, which
 * copies a result twice key by key, 10 µs a row: it sees a null, and the answer is put in its place afterwards.
 */
export class WholeAnswers {
  readonly #taken: Data = {}

  /** Takes out of the subgraph's data what is whole; `fetched` is what it was asked. */
  take(data: Data, fetched: DocumentNode, asked: AskedOperation): Data {
    const left: Data = { ...data }
    for (const key of wholeRoots(fetched, asked)) {
      const answer = left[key]
      if (typeof answer !== 'object' || answer === null) continue
      this.#taken[key] = answer
      left[key] = null
    }
    return left
  }

  putBack(data: Data | null | undefined): void {
    if (data) for (const [key, answer] of Object.entries(this.#taken)) if (key in data) data[key] = answer
  }
}

const inRequests = new WeakMap<object, WholeAnswers>()

/** Of a request that goes through Apollo Server with `fillWholeAnswers`; null of any other. */
export const wholeAnswersOf = (context: object): WholeAnswers | null => inRequests.get(context) ?? null

/** Apollo plugin: puts what went past the executor into the response. */
export function fillWholeAnswers(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ contextValue }) {
      const answers = new WholeAnswers()
      inRequests.set(contextValue, answers)
      return {
        async willSendResponse({ response }) {
          if (response.body.kind === 'single') answers.putBack(response.body.singleResult.data)
        },
      }
    },
  }
}

/** By the client's operation, which is parsed once for all who send it, and then by what a subgraph was asked of it. */
const known = new WeakMap<OperationDefinitionNode, WeakMap<DocumentNode, readonly string[]>>()

/**
 * The response keys of root fields of which the fetch asks the same, key by key. A root field that may not be null is none of them, and nothing is
 * below an interface or a union, where the same keys may be of other types.
 */
function wholeRoots(fetched: DocumentNode, asked: AskedOperation): readonly string[] {
  const { operation, schema, document } = asked
  const byFetch = known.get(operation) ?? new WeakMap<DocumentNode, readonly string[]>()
  known.set(operation, byFetch)
  const before = byFetch.get(fetched)
  if (before !== undefined) return before
  const theirs = fetched.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  const query = schema.getQueryType()
  const isQuery = operation.operation === OperationTypeNode.QUERY
  const roots = theirs && query && isQuery ? sameRoots({ ours: treeOf(operation, document), theirs: treeOf(theirs, fetched), query }) : []
  byFetch.set(fetched, roots)
  return roots
}

type Tree = ReadonlyMap<string, Field>
type Field = { readonly name: string; readonly below: Tree | null }

function sameRoots({ ours, theirs, query }: { readonly ours: Tree; readonly theirs: Tree; readonly query: GraphQLNamedType }): readonly string[] {
  return [...ours].flatMap(([key, field]) => {
    const definition = isObjectType(query) ? query.getFields()[field.name] : undefined
    if (definition === undefined || isNonNullType(definition.type)) return []
    return areSame(field, theirs.get(key), getNamedType(definition.type)) ? [key] : []
  })
}

function areSame(ours: Field, theirs: Field | undefined, type: GraphQLNamedType): boolean {
  if (theirs === undefined || ours.name !== theirs.name || isAbstractType(type)) return false
  if (ours.below === null || theirs.below === null) return ours.below === theirs.below && !isCompositeType(type)
  if (ours.below.size !== theirs.below.size || !isObjectType(type)) return false
  const fields = type.getFields()
  const { below } = theirs
  return [...ours.below].every(([key, field]) => {
    if (field.name === '__typename') return below.get(key)?.name === '__typename'
    const definition = fields[field.name]
    return definition !== undefined && areSame(field, below.get(key), getNamedType(definition.type))
  })
}

/** What is selected by response key, with fragments opened. Conditions are left out: both sides have the same. */
function treeOf(operation: OperationDefinitionNode, { definitions }: DocumentNode): Tree {
  const fragments = new Map(
    definitions.flatMap((each): [string, FragmentDefinitionNode][] => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  )
  const merged = (selectionSets: readonly SelectionSetNode[]): Tree => {
    const nodes = new Map<string, { readonly name: string; readonly below: SelectionSetNode[] }>()
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value
          const field = nodes.get(key) ?? { name: selection.name.value, below: [] }
          if (selection.selectionSet) field.below.push(selection.selectionSet)
          nodes.set(key, field)
        } else {
          const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
          if (fragment !== undefined) collect(fragment.selectionSet)
        }
      }
    }
    for (const selectionSet of selectionSets) collect(selectionSet)
    return new Map([...nodes].map(([key, { name, below }]) => [key, { name, below: below.length === 0 ? null : merged(below) }]))
  }
  return merged([operation.selectionSet])
}
