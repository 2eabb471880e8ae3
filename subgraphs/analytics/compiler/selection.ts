import { getArgumentValues, getNamedType, isObjectType, type GraphQLObjectType, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'
import { collectFields } from '#ops/service/collectFields.ts'
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
  return [...collectFields(type, selectionSets, info)].flatMap(([responseKey, sameKey]) => {
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
