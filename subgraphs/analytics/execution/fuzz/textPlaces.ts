import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
  print,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

/** Where a text stands in a question: in a field of an input type (`Filter.segment`) or an argument of a field (`MetricsRow.events(name)`). */
export type TextPlace = { readonly position: string; readonly text: string; readonly path: readonly (string | number)[] }

type Variables = Readonly<Record<string, unknown>>
export type Asked = { readonly query: string; readonly variables: Variables }

/** Booleans and numbers are no texts; every other scalar may come as one. */
const isText = (type: GraphQLNamedType): boolean => isScalarType(type) && !['Boolean', 'Int', 'Float'].includes(type.name)

/** Every position of a text that a question of these root fields can have. */
export function textPositions(schema: GraphQLSchema, roots: readonly string[]): ReadonlySet<string> {
  const positions = new Set<string>()
  const seen = new Set<string>()
  const visitInput = (type: GraphQLNamedType, position: string): void => {
    if (isText(type)) positions.add(position)
    if (!isInputObjectType(type) || seen.has(type.name)) return
    seen.add(type.name)
    for (const field of Object.values(type.getFields())) visitInput(getNamedType(field.type), `${type.name}.${field.name}`)
  }
  const visitOutput = (type: GraphQLObjectType, names: readonly string[]): void => {
    for (const name of names) {
      const field = type.getFields()[name]
      if (field === undefined) throw new Error(`${type.name} has no field ${name}.`)
      for (const arg of field.args) visitInput(getNamedType(arg.type), `${type.name}.${name}(${arg.name})`)
      const below = getNamedType(field.type)
      if (!isObjectType(below) || seen.has(below.name)) continue
      seen.add(below.name)
      visitOutput(below, Object.keys(below.getFields()))
    }
  }
  visitOutput(queryType(schema), roots)
  return positions
}

/** The root fields that are answered with how the answer was made: the analyses. */
export function analyses(schema: GraphQLSchema): readonly string[] {
  return Object.values(queryType(schema).getFields()).flatMap(({ name, type }) => {
    const below = getNamedType(type)
    return isObjectType(below) && 'info' in below.getFields() ? [name] : []
  })
}

function queryType(schema: GraphQLSchema): GraphQLObjectType {
  const type = schema.getQueryType()
  if (!type) throw new Error('The schema has no queries.')
  return type
}

/** Makes variables of the texts that are written in the document, since a document cannot hold every text. */
export function withTextVariables({ query, variables }: Asked, schema: GraphQLSchema): Asked {
  const info = new TypeInfo(schema)
  const added: { readonly name: string; readonly type: string; readonly text: string }[] = []
  const document = visit(
    parse(query),
    visitWithTypeInfo(info, {
      StringValue: (node) => {
        const name = `text${added.length}`
        added.push({ name, type: String(info.getInputType()), text: node.value })
        return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }
      },
    }),
  )
  const declared = added.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  return {
    query: declared === '' ? print(document) : print(document).replace(/^query \(/, `query (${declared}, `),
    variables: { ...variables, ...Object.fromEntries(added.map(({ name, text }) => [name, text])) },
  }
}

/** Every text of the variables, with its position. The document has no texts of its own. */
export function textPlaces({ query, variables }: Asked, schema: GraphQLSchema): readonly TextPlace[] {
  const document = parse(query)
  const info = new TypeInfo(schema)
  const places: TextPlace[] = []
  visit(
    document,
    visitWithTypeInfo(info, {
      Argument: (node) => {
        const name = node.value.kind === Kind.VARIABLE ? node.value.name.value : null
        const type = info.getInputType()
        if (name === null || !type) return
        places.push(
          ...placesIn(variables[name], { type, path: [name], position: `${info.getParentType()?.name}.${info.getFieldDef()?.name}(${node.name.value})` }),
        )
      },
    }),
  )
  return places
}

/** The texts of a value that is of the input type of that name. */
export function textPlacesOf(value: unknown, typeName: string, schema: GraphQLSchema): readonly TextPlace[] {
  const type = typeFromAST(schema, { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeName } })
  if (!isInputObjectType(type)) throw new Error(`${typeName} is no input type.`)
  return placesIn(value, { type, path: [], position: typeName })
}

type At = { readonly type: GraphQLInputType; readonly path: readonly (string | number)[]; readonly position: string }

function placesIn(value: unknown, { type, path, position }: At): readonly TextPlace[] {
  const bare = getNullableType(type)
  if (isListType(bare)) return Array.isArray(value) ? value.flatMap((each, i) => placesIn(each, { type: bare.ofType, path: [...path, i], position })) : []
  if (isInputObjectType(bare)) {
    const fields = bare.getFields()
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([name, below]) => {
      const field = fields[name]
      return field === undefined ? [] : placesIn(below, { type: field.type, path: [...path, name], position: `${bare.name}.${name}` })
    })
  }
  return typeof value === 'string' && isText(getNamedType(bare)) ? [{ position, text: value, path }] : []
}

/** The value with other texts at the paths. */
export function withTexts(value: unknown, texts: readonly Pick<TextPlace, 'path' | 'text'>[]): unknown {
  const here = texts.find(({ path }) => path.length === 0)
  if (here !== undefined) return here.text
  const below = (key: string | number) => texts.flatMap(({ path: [first, ...rest], text }) => (first === key ? [{ path: rest, text }] : []))
  const replaced = (each: unknown, key: string | number): unknown => {
    const inside = below(key)
    return inside.length === 0 ? each : withTexts(each, inside)
  }
  if (Array.isArray(value)) return value.map(replaced)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, key)]))
}
