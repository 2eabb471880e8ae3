import { Kind, valueFromASTUntyped, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql'

/** A selected field, with its response key as `alias`. */
export type Field = { readonly alias: string; readonly name: string; readonly args: Readonly<Record<string, unknown>>; readonly fields: readonly Field[] }

/** The selection with fragments and aliases resolved; the same response key twice is one field. */
export function readFields(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): Field[] {
  const fields = new Map<string, Field>()
  const add = (field: Field) => {
    const known = fields.get(field.alias)
    fields.set(field.alias, known === undefined ? field : { ...known, fields: [...known.fields, ...field.fields] })
  }
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD)
      add({
        alias: node.alias?.value ?? node.name.value,
        name: node.name.value,
        args: readArguments(node, variables),
        fields: readFields(node.selectionSet, fragments, variables),
      })
    else {
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)?.selectionSet
      for (const field of readFields(inner, fragments, variables)) add(field)
    }
  }
  return [...fields.values()]
}

const readArguments = (node: FieldNode, variables: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, { ...variables })]))

/** The variables that are given, and the defaults of the others. */
export function withDefaults(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const defaults = document.definitions.flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? (each.variableDefinitions ?? []) : []))
  return {
    ...Object.fromEntries(defaults.flatMap(({ variable, defaultValue }) => (defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : []))),
    ...variables,
  }
}
