import type { FetchNode } from '@apollo/query-planner'
import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  parse,
  parseType,
  print,
  visit,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** What is sent to the subgraph that owns a stream. */
export type UpstreamDocument = {
  readonly query: string
  readonly operationName: string | undefined
  /** The variables it declares; the client's others stay here. */
  readonly variableNames: readonly string[]
}

/** How a stream goes on where it was: by asking again `after` the last cursor that came. */
export type Resumption = {
  readonly document: UpstreamDocument
  /** For a reader of a group, whose place is kept for it: the question without where to begin. */
  readonly again: UpstreamDocument
  /** The variable that takes the cursor. */
  readonly afterVariable: string
  /** The names under which cursor and entries are asked for beside what the client wants, and of the root field that has them. */
  readonly cursorKey: string
  readonly entriesKey: string
  readonly rootKey: string
}

export type UpstreamOperation = {
  readonly first: UpstreamDocument
  /** Null for a field without cursors: after a loss it can only begin anew. */
  readonly resumption: Resumption | null
  readonly rootField: FieldNode
  readonly definition: GraphQLField<unknown, unknown>
  /** How often it selects a list of the root field's type: each is a copy of the whole event. */
  readonly copies: number
}

/**
 * Reads the subgraph's part of a planned subscription. A root field that takes `after: Cursor` and whose type has `cursor` and `entries` can be resumed:
 * both are asked for under names of our own, whatever the client asks. Null when the operation is not one plain root field.
 */
export function readUpstreamOperation(primary: FetchNode, schema: GraphQLSchema): UpstreamOperation | null {
  const [operation] = parse(primary.operation, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return null
  const [rootField, ...others] = operation.selectionSet.selections
  if (rootField?.kind !== Kind.FIELD || others.length > 0 || (rootField.directives ?? []).length > 0) return null
  const definition = schema.getSubscriptionType()?.getFields()[rootField.name.value]
  if (definition === undefined) return null
  const copies = countLists(rootField.selectionSet, getNamedType(definition.type))
  if (!isResumable(definition)) return { first: documentOf(operation), resumption: null, rootField, definition, copies }
  const prefix = freePrefix(primary.operation)
  const keys = { cursorKey: `${prefix}Cursor`, entriesKey: `${prefix}Entries`, rootKey: rootField.alias?.value ?? rootField.name.value }
  const marked = markField(rootField, keys)
  const afterVariable = `${prefix}After`
  return {
    first: documentOf(withRoot(operation, marked)),
    resumption: {
      ...keys,
      afterVariable,
      document: documentOf(resumed({ operation, marked, after: { variable: afterVariable, type: typeOfAfter(definition) } })),
      again: documentOf(resumed({ operation, marked, after: null })),
    },
    rootField,
    definition,
    copies,
  }
}

function countLists(selectionSet: SelectionSetNode | undefined, type: GraphQLNamedType): number {
  const fields = isObjectType(type) ? type.getFields() : {}
  return (selectionSet?.selections ?? []).reduce((sum, selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return sum + countLists(selection.selectionSet, type)
    const field = fields[selection.name.value]
    return sum + (field !== undefined && isListType(getNullableType(field.type)) ? 1 : 0)
  }, 0)
}

function isResumable(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type)
  if (typeOfAfter(field) !== 'Cursor' || !isObjectType(type)) return false
  const fields = type.getFields()
  return fields['cursor'] !== undefined && fields['entries'] !== undefined
}

function typeOfAfter(field: GraphQLField<unknown, unknown>): string {
  return String(field.args.find(({ name }) => name === 'after')?.type ?? '')
}

/** A client may call things as it likes, so the names are such that its document does not have. */
function freePrefix(document: string): string {
  let prefix = '_umg'
  while (document.includes(prefix)) prefix += '_'
  return prefix
}

function markField(field: FieldNode, { cursorKey, entriesKey }: { readonly cursorKey: string; readonly entriesKey: string }): FieldNode {
  const leaf = (name: string, alias?: string): FieldNode => ({
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    alias: alias === undefined ? undefined : { kind: Kind.NAME, value: alias },
  })
  const entries: FieldNode = { ...leaf('entries', entriesKey), selectionSet: { kind: Kind.SELECTION_SET, selections: [leaf('__typename')] } }
  const selections = [...(field.selectionSet?.selections ?? []), leaf('cursor', cursorKey), entries]
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

type ResumeOptions = {
  readonly operation: OperationDefinitionNode
  readonly marked: FieldNode
  readonly after: { readonly variable: string; readonly type: string } | null
}

/** The same question, but from a place: whatever said where to begin gives way to `after`. */
function resumed({ operation, marked, after }: ResumeOptions): OperationDefinitionNode {
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: after?.variable ?? '' } } as const
  const kept = (marked.arguments ?? []).filter(({ name }) => name.value !== 'after' && name.value !== 'from')
  const place = after === null ? [] : [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'after' }, value: variable } as const]
  const root: FieldNode = { ...marked, arguments: [...kept, ...place] }
  const used = new Set<string>()
  visit(root, { Variable: ({ name }) => void used.add(name.value) })
  const declared = (operation.variableDefinitions ?? []).filter(({ variable: { name } }) => used.has(name.value))
  const own = after === null ? [] : [{ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(after.type) } as const]
  return { ...withRoot(operation, root), variableDefinitions: [...declared, ...own] }
}

function withRoot(operation: OperationDefinitionNode, root: FieldNode): OperationDefinitionNode {
  return { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [root] } }
}

function documentOf(operation: OperationDefinitionNode): UpstreamDocument {
  return {
    query: print(operation),
    operationName: operation.name?.value,
    variableNames: (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
  }
}
