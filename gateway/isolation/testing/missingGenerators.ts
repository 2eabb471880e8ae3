import { getNamedType, isEnumType, isInputObjectType, isObjectType, type GraphQLInputType, type GraphQLSchema } from 'graphql'
import { leafOf } from './leaves.ts'
import { SHAPES } from './shapes.ts'

/** Arguments and input fields of a schema for which no generator makes a value. */
export function missingGenerators(schema: GraphQLSchema): readonly string[] {
  const places = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type): readonly { readonly coordinate: string; readonly around: string; readonly type: GraphQLInputType }[] => {
      if (isInputObjectType(type))
        return Object.values(type.getFields()).map((field) => ({ coordinate: `${type.name}.${field.name}`, around: type.name, type: field.type }))
      if (!isObjectType(type)) return []
      return Object.values(type.getFields()).flatMap((field) =>
        field.args.map((arg) => ({ coordinate: `${type.name}.${field.name}.${arg.name}`, around: `${type.name}.${field.name}`, type: arg.type })),
      )
    })
  return places.filter(needsOne).map(({ coordinate }) => coordinate)
}

function needsOne({ coordinate, type }: { readonly coordinate: string; readonly type: GraphQLInputType }): boolean {
  const named = getNamedType(type)
  if (isInputObjectType(named) || isEnumType(named) || named.name === 'Boolean') return false
  return SHAPES[coordinate] === undefined && leafOf(coordinate) === null
}
