import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'
import type { SelectedField } from './request.ts'

/**
 * The fields selected below the field being resolved: fragments opened, `@skip` and `@include` applied, fields of one response key merged, and
 * arguments read with their defaults. The document is validated, so a response key has one field and one set of arguments.
 */
export function readSelection(info: GraphQLResolveInfo): readonly SelectedField[] {
  const type = getNamedType(info.returnType)
  if (!isObjectType(type)) throw new Error(`${info.fieldName} answers no object.`)
  return fieldsOf({ info, type, selectionSets: info.fieldNodes.flatMap((node) => node.selectionSet ?? []), path: [] })
}

type Level = {
  readonly info: GraphQLResolveInfo
  readonly type: GraphQLObjectType
  readonly selectionSets: readonly SelectionSetNode[]
  readonly path: readonly string[]
}

function fieldsOf({ info, type, selectionSets, path }: Level): readonly SelectedField[] {
  const nodes = new Map<string, FieldNode[]>()
  for (const selectionSet of selectionSets) collect({ info, type, selectionSet, nodes })
  return [...nodes].flatMap(([responseKey, sameKey]) => {
    const first = sameKey[0]
    if (first === undefined || first.name.value === '__typename') return []
    const definition = type.getFields()[first.name.value]
    if (definition === undefined) throw new Error(`${type.name} has no field ${first.name.value}.`)
    const below = getNamedType(definition.type)
    const fieldPath = [...path, responseKey]
    const fields = isObjectType(below)
      ? fieldsOf({ info, type: below, selectionSets: sameKey.flatMap((node) => node.selectionSet ?? []), path: fieldPath })
      : []
    return [{ responseKey, name: first.name.value, args: getArgumentValues(definition, first, info.variableValues), path: fieldPath, fields }]
  })
}

function collect({
  info,
  type,
  selectionSet,
  nodes,
}: Omit<Level, 'selectionSets' | 'path'> & { readonly selectionSet: SelectionSetNode; readonly nodes: Map<string, FieldNode[]> }): void {
  for (const selection of selectionSet.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) continue
    if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      nodes.set(key, [...(nodes.get(key) ?? []), selection])
      continue
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]
    if (fragment === undefined) throw new Error('The document is validated, so its fragments exist.')
    // Rows are object types without interfaces, so a fragment on another type never applies.
    if (fragment.typeCondition && fragment.typeCondition.name.value !== type.name) continue
    collect({ info, type, selectionSet: fragment.selectionSet, nodes })
  }
}
