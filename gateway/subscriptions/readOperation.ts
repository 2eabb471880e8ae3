import { buildOperationContext } from '@apollo/gateway'
import { operationFromDocument } from '@apollo/federation-internals'
import type { QueryPlan } from '@apollo/query-planner'
import {
  getOperationAST,
  getVariableValues,
  getArgumentValues,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql'
import { isAbsent } from '#ops/service/presence.ts'
import { NEWEST_ONLY, SHARED_BY_RIGHTS } from '#ops/service/rootFieldTags.ts'
import { BoundedCache } from '../boundedCache.ts'
import { DOCUMENT_LIMITS, limitDocument, limitSelections } from '../limits.ts'
import type { LiveSchema, LiveSchemaSource } from './liveSchema.ts'
import { readUpstreamOperation, type UpstreamOperation } from './upstreamDocument.ts'

/** An operation in the client's own words. */
export type OperationSource = { readonly query: string; readonly operationName: string | null; readonly variables: Readonly<Record<string, unknown>> }

/** A subscription that was planned once for its document, whoever asks it. */
export type PlannedSubscription = {
  readonly schema: LiveSchema
  readonly context: ReturnType<typeof buildOperationContext>
  /** An ordinary plan: its first step takes the event from the service EVENT_SERVICE. */
  readonly plan: QueryPlan
  /** The subgraph that owns the stream. */
  readonly service: string
  readonly upstream: UpstreamOperation
  /** Variables that say where to begin, and nothing else. */
  readonly startVariables: ReadonlySet<string>
  /** Whether all who have the same rights may share it, not only the same viewer. */
  readonly isSharedByRights: boolean
  /** Whether an event takes the place of those before. */
  readonly isNewestOnly: boolean
}

/** A planned subscription with its variables. */
export type PreparedSubscription = {
  readonly source: OperationSource
  readonly planned: PlannedSubscription
  /** Those that the document declares, as they were sent. */
  readonly variables: Readonly<Record<string, unknown>>
  /** Equal for two that may share a stream when the same viewer asks; null for one that begins somewhere of its own. */
  readonly shareKey: string | null
  /** The place that the question says to begin after; null where it says none, or says where to begin otherwise too. */
  readonly startsAfter: string | null
  /** Equal for two that have the same events from any place on when the same viewer asks; null where a place is not the viewer's own to go on from. */
  readonly meetKey: string | null
  /** Whether it reads as a member of a group, whose place the subgraph keeps. */
  readonly hasGroup: boolean
}

export type ReadOperation =
  | { readonly kind: 'subscription'; readonly prepared: PreparedSubscription }
  /** Unread but for that. */
  | { readonly kind: 'query' | 'mutation' }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] }

/** The name under which a plan finds the event that it is executed for. No subgraph can have it. */
export const EVENT_SERVICE = '@event'

const MAX_DOCUMENTS = 1_000
/** A hundred aliases would make a hundred copies of every event. */
const MAX_COPIES = 5
const DOCUMENT_LIFETIME_MS = 3_600_000

type Planned = PlannedSubscription | 'query' | 'mutation'

/** Reads operations: parses, validates with the limits of HTTP, plans, coerces variables; all before anything is opened upstream. Remembers documents. */
export function createOperationReader({ schemas, now }: { readonly schemas: LiveSchemaSource; readonly now: () => number }) {
  const newCache = () => new BoundedCache<string, Planned>({ limit: MAX_DOCUMENTS, now })
  let documents: { readonly of: LiveSchema | null; readonly cache: BoundedCache<string, Planned> } = { of: null, cache: newCache() }

  return function readOperation(source: OperationSource): ReadOperation {
    const schema = schemas.current()
    if (documents.of !== schema) documents = { of: schema, cache: newCache() }
    const key = JSON.stringify([source.operationName, source.query])
    try {
      const planned = documents.cache.get(key) ?? planDocument(source, schema)
      documents.cache.set(key, planned, { lifetimeMs: DOCUMENT_LIFETIME_MS })
      return typeof planned === 'string' ? { kind: planned } : { kind: 'subscription', prepared: prepare(source, { planned, key }) }
    } catch (error) {
      if (error instanceof OperationErrors) return { kind: 'refused', errors: error.errors }
      // The planner's own limits; anything else is a bug.
      if (error instanceof GraphQLError) return { kind: 'refused', errors: [error] }
      throw error
    }
  }
}

class OperationErrors extends Error {
  readonly errors: readonly GraphQLError[]
  constructor(errors: readonly GraphQLError[], code: string) {
    super('The operation was refused.')
    this.errors = errors.map(
      ({ message, nodes, source, positions, extensions }) => new GraphQLError(message, { nodes, source, positions, extensions: { code, ...extensions } }),
    )
  }
}

function planDocument(source: OperationSource, schema: LiveSchema): Planned {
  const document = parseDocument(source.query)
  const operation = getOperationAST(document, source.operationName)
  if (operation?.operation === OperationTypeNode.QUERY) return 'query'
  if (operation?.operation === OperationTypeNode.MUTATION) return 'mutation'
  // The planner fails at these, and graphql-js's rule too when the condition is a variable.
  if (operation && isConditional(operation.selectionSet, { document, seen: new Set() }))
    throw new OperationErrors(
      [new GraphQLError('The root field of a subscription has no @skip or @include.', { nodes: operation })],
      'GRAPHQL_VALIDATION_FAILED',
    )
  const faults = validate(schema.api, document, [...specifiedRules, limitDocument(DOCUMENT_LIMITS), limitSelections(DOCUMENT_LIMITS)])
  if (faults.length > 0) throw new OperationErrors(faults, 'GRAPHQL_VALIDATION_FAILED')
  if (!operation) {
    const message =
      source.operationName === null
        ? 'The document has to have one operation, or operationName to name one.'
        : `There is no operation "${source.operationName}".`
    throw new OperationErrors([new GraphQLError(message)], 'OPERATION_RESOLUTION_FAILURE')
  }
  const operationName = source.operationName ?? undefined
  // Without fragments: the planner would keep a named one that is spread twice, and the upstream's part of the plan is rewritten as one operation.
  const { node } = schema.planner.buildQueryPlan(operationFromDocument(schema.planned, document, { operationName }).expandAllFragments())
  const upstream = node?.kind === 'Subscription' ? readUpstreamOperation(node.primary, schema.api) : null
  if (node?.kind !== 'Subscription' || upstream === null) {
    const message = 'A subscription has one root field.'
    throw new OperationErrors([new GraphQLError(message, { nodes: operation })], 'GRAPHQL_VALIDATION_FAILED')
  }
  if (upstream.copies > MAX_COPIES) {
    const message = `A subscription selects its lists ${upstream.copies} times; at most ${MAX_COPIES} are allowed.`
    throw new OperationErrors([new GraphQLError(message, { nodes: operation })], 'GRAPHQL_VALIDATION_FAILED')
  }
  const tags = tagsOf(schema, upstream.rootField.name.value)
  const event = { ...node.primary, serviceName: EVENT_SERVICE }
  return {
    schema,
    context: buildOperationContext({ schema: schema.api, operationDocument: document, operationName }),
    plan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: node.rest === undefined ? [event] : [event, node.rest] } },
    service: node.primary.serviceName,
    upstream,
    startVariables: startVariablesOf(document, upstream.rootField),
    isSharedByRights: tags.has(SHARED_BY_RIGHTS),
    isNewestOnly: tags.has(NEWEST_ONLY),
  }
}

function startVariablesOf(document: DocumentNode, rootField: FieldNode): ReadonlySet<string> {
  const starts = (rootField.arguments ?? []).filter(({ name }) => name.value === 'after' || name.value === 'from')
  const inStarts = starts.flatMap((argument) => variablesIn(argument))
  const everywhere = variablesIn(document)
  const timesIn = (names: readonly string[], wanted: string): number => names.filter((name) => name === wanted).length
  // Its definition names it once more.
  return new Set(inStarts.filter((name) => timesIn(everywhere, name) === timesIn(inStarts, name) + 1))
}

function variablesIn(node: ASTNode): readonly string[] {
  const names: string[] = []
  visit(node, { Variable: ({ name }) => void names.push(name.value) })
  return names
}

function tagsOf({ supergraph }: LiveSchema, fieldName: string): ReadonlySet<string> {
  const directives = supergraph.getSubscriptionType()?.getFields()[fieldName]?.astNode?.directives ?? []
  const names = directives.flatMap(({ name, arguments: given = [] }) => (name.value === 'tag' ? given.map(({ value }) => value) : []))
  return new Set(names.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : [])))
}

function isConditional({ selections }: SelectionSetNode, { document, seen }: { readonly document: DocumentNode; readonly seen: Set<string> }): boolean {
  return selections.some((selection) => {
    if ((selection.directives ?? []).some(({ name }) => name.value === 'skip' || name.value === 'include')) return true
    if (selection.kind === Kind.FIELD) return false
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet, { document, seen })
    // The document is not valid yet, so a fragment may be in itself.
    if (seen.has(selection.name.value)) return false
    seen.add(selection.name.value)
    const fragment = document.definitions.find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value)
    return fragment?.kind === Kind.FRAGMENT_DEFINITION && isConditional(fragment.selectionSet, { document, seen })
  })
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: DOCUMENT_LIMITS.maxTokens })
  } catch (error) {
    if (error instanceof GraphQLError) throw new OperationErrors([error], 'GRAPHQL_PARSE_FAILED')
    throw error
  }
}

function prepare(source: OperationSource, { planned, key }: { readonly planned: PlannedSubscription; readonly key: string }): PreparedSubscription {
  const { schema, context, upstream } = planned
  const definitions = context.operation.variableDefinitions ?? []
  const { errors, coerced } = getVariableValues(schema.api, definitions, source.variables)
  if (errors !== undefined) throw new OperationErrors(errors, 'BAD_USER_INPUT')
  const variables = Object.fromEntries(
    definitions.flatMap(({ variable: { name } }) => (source.variables[name.value] === undefined ? [] : [[name.value, source.variables[name.value]]])),
  )
  const args = getArgumentValues(upstream.definition, upstream.rootField, coerced)
  const hasGroup = !isAbsent(args['group'])
  const { after } = args
  const others = Object.fromEntries(Object.entries(variables).filter(([name]) => !planned.startVariables.has(name)))
  return {
    source,
    planned,
    variables,
    shareKey: beginsNow(args) ? JSON.stringify([key, sorted(variables)]) : null,
    startsAfter: typeof after === 'string' && isAbsent(args['from']) ? after : null,
    meetKey: hasGroup || upstream.resumption === null ? null : JSON.stringify([key, sorted(others)]),
    hasGroup,
  }
}

/** Whoever begins at the end of the log may take what another that did so is about to get; any other place is one's own, and a group's progress too. */
function beginsNow(args: Readonly<Record<string, unknown>>): boolean {
  const { after, group, from } = args
  if (after != null || group != null) return false
  if (from == null) return true
  return typeof from === 'object' && 'position' in from && from.position === 'END'
}

/** The same value with the members of its objects in one order, so that equal questions are equal as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  )
}
