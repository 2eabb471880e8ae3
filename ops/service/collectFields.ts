import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'

type Document = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>

/**
 * The field nodes of each response key below selections on an object type, in the order of the response: fragments opened, `@skip` and `@include`
 * applied. The document is validated, so the nodes of one key are one field with one set of arguments. Types without interfaces only.
 */
export function collectFields(
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  { fragments, variableValues }: Document,
): ReadonlyMap<string, readonly FieldNode[]> {
  const nodes = new Map<string, FieldNode[]>()
  for (const selectionSet of selectionSets) collect(selectionSet)
  return nodes

  function collect(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true) continue
      if (getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if === false) continue
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        nodes.set(key, [...(nodes.get(key) ?? []), selection])
        continue
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value]
      if (fragment === undefined) throw new Error('The document is validated, so its fragments exist.')
      // The type has no interfaces, so a fragment on another type never applies.
      if (fragment.typeCondition && fragment.typeCondition.name.value !== type.name) continue
      collect(fragment.selectionSet)
    }
  }
}
