import {
  getArgumentValues,
  getNullableType,
  GraphQLError,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql'
import { collectFields } from './collectFields.ts'

export type Write = (value: unknown) => unknown
type Written = { readonly path: readonly (string | number)[]; readonly values: readonly unknown[] }

/**
 * Writes long lists of rows past graphql-js, which spends some 2 µs on every cell: a row's selection is compiled once into functions, and the rows
 * are put into the response when everything else is executed. What is written is what graphql-js would have answered, key by key.
 *
 * Resolvers below such a list answer at once, and get the `info` of the list itself. One that throws takes the whole list with it.
 */
export class PlainLists {
  readonly #written: Written[] = []

  /** For the resolver of a list of objects: writes them, and gives graphql-js nothing to do. */
  write<Row>(rows: readonly Row[], context: unknown, info: GraphQLResolveInfo): readonly Row[] {
    const type = getNullableType(info.returnType)
    const itemType = isListType(type) ? type.ofType : null
    if (itemType === null) throw new Error(`${info.fieldName} answers no list.`)
    const write = writerOf(itemType, info.fieldNodes, { info, context })
    this.#written.push({ path: pathOf(info), values: rows.map(write) })
    return []
  }

  /** Puts what was written where it belongs; nothing where an error has made a parent null. */
  fill(data: Record<string, unknown> | null | undefined): void {
    for (const { path, values } of this.#written) {
      const parent = path.slice(0, -1).reduce<unknown>((at, key) => (isRecord(at) ? at[key] : null), data)
      const key = path.at(-1)
      if (isRecord(parent) && key !== undefined && parent[key] !== null) parent[key] = values
    }
  }
}

const isRecord = (value: unknown): value is Record<string | number, unknown> => typeof value === 'object' && value !== null

function pathOf(info: GraphQLResolveInfo): readonly (string | number)[] {
  const keys: (string | number)[] = []
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at !== undefined; at = at.prev) keys.unshift(at.key)
  return keys
}

type At = { readonly info: GraphQLResolveInfo; readonly context: unknown }

/** What a value of the type is answered as; compiled once for any number of values. What is below it answers at once, and lists are arrays. */
export function writerOf(type: GraphQLOutputType, nodes: readonly FieldNode[], at: At): Write {
  if (isNonNullType(type)) {
    const write = writerOf(type.ofType, nodes, at)
    return (value) => {
      const written = write(value)
      if (written === null) throw new GraphQLError(`Cannot return null for a field of type ${String(type)}.`, { nodes })
      return written
    }
  }
  if (isListType(type)) {
    const write = writerOf(type.ofType, nodes, at)
    return orNull((value) => {
      if (!Array.isArray(value)) throw new Error('A list is an array.')
      return value.map(write)
    })
  }
  if (isLeafType(type)) return orNull((value) => type.serialize(value) ?? null)
  if (isObjectType(type)) return orNull(objectWriter(type, nodes, at))
  throw new Error(`${type.name} is of several types; rows are objects of one.`)
}

const orNull =
  (write: Write): Write =>
  (value) =>
    value === null || value === undefined ? null : write(value)

function objectWriter(type: GraphQLObjectType, nodes: readonly FieldNode[], at: At): Write {
  const fields = type.getFields()
  const writers = [
    ...collectFields(
      type,
      nodes.flatMap((node) => node.selectionSet ?? []),
      at.info,
    ),
  ].map(([key, sameKey]) => {
    const [first] = sameKey
    if (first === undefined) throw new Error('A response key has a field.')
    if (first.name.value === '__typename') return { key, read: () => type.name }
    const field = fields[first.name.value]
    if (field === undefined) throw new Error(`${type.name} has no field ${first.name.value}.`)
    return { key, read: fieldReader(field, sameKey, { ...at, node: first }) }
  })
  return (source) => {
    const written: Record<string, unknown> = {}
    for (const { key, read } of writers) written[key] = read(source)
    return written
  }
}

function fieldReader(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[], { node, ...at }: At & { readonly node: FieldNode }): Write {
  const { resolve, name } = field
  const write = writerOf(field.type, nodes, at)
  if (resolve === undefined) return (source) => write(isRecord(source) ? source[name] : undefined)
  // The same object for every row, so that a resolver may remember what it has made of it.
  const args = getArgumentValues(field, node, at.info.variableValues)
  return (source) => {
    const value: unknown = resolve(source, args, at.context, at.info)
    if (value instanceof Promise) throw new Error(`The field ${name} of a row answers later than at once.`)
    return write(value)
  }
}
