import { astFromValue, getNamedType, print, type GraphQLInputType } from 'graphql'
import type { Asking } from './asking.ts'
import { chance } from './draw.ts'
import { coordinateOf, type Selected } from './selection.ts'

export type OperationKind = 'query' | 'mutation' | 'subscription'
export type Question = {
  readonly kind: OperationKind
  readonly roots: readonly Selected[]
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Writes the document: arguments as variables or in their place, selections as they are or in fragments. */
export function writeQuestion(kind: OperationKind, roots: readonly Selected[], asking: Asking): Question {
  const declared: string[] = []
  const variables: Record<string, unknown> = {}
  const fragments: string[] = []

  function printArgument(type: GraphQLInputType, value: unknown): string {
    // An object of JSON has no literal that every reader takes alike.
    const literal = getNamedType(type).name !== 'JSON' && chance(asking.draw, 35) ? astFromValue(value, type) : null
    if (literal !== null && literal !== undefined) return print(literal)
    const name = `v${declared.length}`
    declared.push(`$${name}: ${type.toString()}`)
    variables[name] = value
    return `$${name}`
  }

  function printSet(type: string, children: readonly Selected[]): string {
    const fields = children.length === 0 ? '__typename' : children.map(printField).join(' ')
    const roll = asking.draw(100)
    if (roll < 12) return `{ ... on ${type} { ${fields} } }`
    if (roll >= 20) return `{ ${fields} }`
    const name = `F${fragments.length}`
    fragments.push(`fragment ${name} on ${type} { ${fields} }`)
    return `{ ...${name} }`
  }

  function printField({ field, key, args, children }: Selected): string {
    const given = field.args.filter(({ name }) => Object.hasOwn(args, name)).map(({ name, type }) => `${name}: ${printArgument(type, args[name])}`)
    const alias = key === field.name ? '' : `${key}: `
    const list = given.length === 0 ? '' : `(${given.join(', ')})`
    return `${alias}${field.name}${list}${children === null ? '' : ` ${printSet(typeNameOf(field.type.toString()), children)}`}`
  }

  const body = printSet(rootTypeOf(kind), roots)
  const query = `${kind} Asked${declared.length === 0 ? '' : `(${declared.join(', ')})`} ${body}\n${fragments.join('\n')}`
  return { kind, roots, query, variables }
}

const rootTypeOf = (kind: OperationKind): string => ({ query: 'Query', mutation: 'Mutation', subscription: 'Subscription' })[kind]
const typeNameOf = (type: string): string => type.replaceAll(/[[\]!]/g, '')

export type Visit = (found: { readonly selected: Selected; readonly coordinate: string; readonly value: unknown; readonly way: readonly string[] }) => void

/** Shows every value of an answer with the field that it answers, lists item by item, and the fields above it. */
export function walkAnswer(data: unknown, selected: readonly Selected[], visit: Visit, way: readonly string[] = []): void {
  if (typeof data !== 'object' || data === null) return
  const values = new Map<string, unknown>(Object.entries(data))
  for (const each of selected) {
    const coordinate = coordinateOf(each)
    for (const value of flat(values.get(each.key))) {
      visit({ selected: each, coordinate, value, way })
      if (each.children !== null) walkAnswer(value, each.children, visit, [...way, coordinate])
    }
  }
}

const flat = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(flat) : value === undefined ? [] : [value])

/** Every field that a document asks for. */
export function coordinatesOf(selected: readonly Selected[]): readonly string[] {
  return selected.flatMap((each) => [coordinateOf(each), ...coordinatesOf(each.children ?? [])])
}
