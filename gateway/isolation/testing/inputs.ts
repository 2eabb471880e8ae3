import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql'
import type { Asking } from './asking.ts'
import { chance, pick } from './draw.ts'
import { leafOf } from './leaves.ts'
import { SHAPES } from './shapes.ts'

/** Objects within objects, of which filters and definitions of segments have any number. */
const MAX_NESTED = 3
const MAX_ITEMS = 3

export class MissingGenerator extends Error {
  constructor(coordinate: string) {
    super(`There is no generator for ${coordinate}: add one to gateway/isolation/testing/leaves.ts, or a shape around it.`)
    this.name = 'MissingGenerator'
  }
}

/** The arguments of a field, made by the generators; those that may be left out are there now and then. */
export function argumentsOf(field: { readonly coordinate: string; readonly args: readonly GraphQLArgument[] }, asking: Asking): Record<string, unknown> {
  const make = (name: string): unknown => {
    const arg = field.args.find((each) => each.name === name)
    if (arg === undefined) throw new Error(`${field.coordinate} has no argument ${name}.`)
    return valueOf(arg.type, { asking, trail: [`${field.coordinate}.${name}`], depth: 0 })
  }
  const shape = SHAPES[field.coordinate]
  const made =
    shape === undefined
      ? Object.fromEntries(chosen(field.args, { asking, depth: 0 }).map(({ name }) => [name, make(name)]))
      : (shape(asking, make) as Record<string, unknown>)
  for (const arg of field.args)
    if (Object.hasOwn(made, arg.name)) note(arg.type, { value: made[arg.name], coordinate: `${field.coordinate}.${arg.name}`, asking })
  return made
}

type Place = { readonly asking: Asking; readonly trail: readonly string[]; readonly depth: number }

function valueOf(type: GraphQLInputType, place: Place): unknown {
  const { asking, trail, depth } = place
  const coordinate = trail.at(-1) ?? ''
  if (isNonNullType(type)) return valueOf(type.ofType, place)
  const shape = SHAPES[coordinate] ?? (isInputObjectType(type) ? SHAPES[type.name] : undefined)
  if (shape !== undefined) return shape(asking, (member) => memberOf(getNamedType(type) as GraphQLInputObjectType, member, place))
  if (isListType(type)) {
    const { ofType } = type
    const most = depth > MAX_NESTED ? 1 : MAX_ITEMS
    return Array.from({ length: 1 + asking.draw(most) }, () => valueOf(ofType, place))
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    const names = type.isOneOf ? [pick(asking.draw, depth >= MAX_NESTED ? fields.filter(isFlat) : fields)] : chosen(fields, { asking, depth })
    return Object.fromEntries(names.map(({ name }) => [name, memberOf(type, name, place)]))
  }
  if (isEnumType(type)) return pick(asking.draw, type.getValues()).name
  const leaf = leafOf(coordinate)
  if (leaf !== null) return leaf(asking, trail)
  if (type.name === 'Boolean') return chance(asking.draw, 20)
  throw new MissingGenerator(coordinate)
}

function memberOf(type: GraphQLInputObjectType, name: string, { asking, trail, depth }: Place): unknown {
  const field = type.getFields()[name]
  if (field === undefined) throw new Error(`${type.name} has no field ${name}.`)
  return valueOf(field.type, { asking, trail: [...trail, `${type.name}.${name}`], depth: depth + 1 })
}

/** One that has no object in it, so that an object may end; an object with none but such has to go on for one more. */
const isFlat = ({ type }: GraphQLInputField): boolean => {
  const named = getNamedType(type)
  return !isInputObjectType(named) || named.name === 'BehaviourInput' || named.name === 'Filter'
}

type Optional = { readonly asking: Asking; readonly depth: number }

function chosen<Item extends GraphQLArgument | GraphQLInputField>(items: readonly Item[], { asking, depth }: Optional): readonly Item[] {
  return items.filter((item) => {
    if (isNonNullType(item.type) && item.defaultValue === undefined) return true
    const isDeep = isInputObjectType(getNamedType(item.type)) && depth >= MAX_NESTED
    return !isDeep && chance(asking.draw, depth > 1 ? asking.optional / 2 : asking.optional)
  })
}

/** Remembers which arguments and input fields a value holds. */
function note(type: GraphQLInputType, { value, coordinate, asking }: { readonly value: unknown; readonly coordinate: string; readonly asking: Asking }): void {
  asking.inputs.add(coordinate)
  if (isNonNullType(type)) return note(type.ofType, { value, coordinate, asking })
  if (isListType(type)) {
    if (Array.isArray(value)) for (const each of value) note(type.ofType, { value: each, coordinate, asking })
    return
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return
  const members = new Map<string, unknown>(Object.entries(value))
  for (const field of Object.values(type.getFields()))
    if (members.has(field.name)) note(field.type, { value: members.get(field.name), coordinate: `${type.name}.${field.name}`, asking })
}
