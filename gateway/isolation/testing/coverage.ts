import { getNamedType, isInputObjectType, isObjectType, type GraphQLNamedType, type GraphQLObjectType } from 'graphql'
import { apiSchema, rootTypeOf } from './asker.ts'
import { coordinatesOf, walkAnswer, type Question } from './document.ts'

/** What of the schema was asked, what was answered by more than null, and which arguments and input fields were sent. */
export class Coverage {
  readonly asked = new Set<string>()
  readonly answered = new Set<string>()
  readonly sent = new Set<string>()

  note(question: Question, { data, inputs }: { readonly data: unknown; readonly inputs: ReadonlySet<string> }): void {
    for (const coordinate of coordinatesOf(question.roots)) this.asked.add(coordinate)
    for (const coordinate of inputs) this.sent.add(coordinate)
    walkAnswer(data, question.roots, ({ coordinate, value }) => {
      if (value !== null) this.answered.add(coordinate)
    })
  }

  percentOf(part: 'asked' | 'answered' | 'sent'): string {
    const all = part === 'sent' ? allInputs() : allFields()
    const missing = all.filter((coordinate) => !this[part].has(coordinate))
    return `${(((all.length - missing.length) / all.length) * 100).toFixed(1)} % of ${all.length}`
  }

  missing(part: 'asked' | 'answered' | 'sent'): readonly string[] {
    return (part === 'sent' ? allInputs() : allFields()).filter((coordinate) => !this[part].has(coordinate))
  }
}

const ROOTS = ['query', 'mutation', 'subscription'] as const

/** Every field of every type that an answer can hold. */
export function allFields(): readonly string[] {
  const types = new Set<GraphQLObjectType>()
  const visit = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || types.has(type)) return
    types.add(type)
    for (const field of Object.values(type.getFields())) visit(getNamedType(field.type))
  }
  for (const kind of ROOTS) visit(rootTypeOf(kind))
  return [...types].flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`))
}

/** The fields below a root field, it included. */
export function fieldsBelow(typeName: string, fieldName: string): readonly string[] {
  const found = new Set<string>([`${typeName}.${fieldName}`])
  const visit = (type: GraphQLNamedType): void => {
    if (!isObjectType(type)) return
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      if (found.has(coordinate)) continue
      found.add(coordinate)
      visit(getNamedType(field.type))
    }
  }
  const root = apiSchema.getType(typeName)
  const field = isObjectType(root) ? root.getFields()[fieldName] : undefined
  if (field !== undefined) visit(getNamedType(field.type))
  return [...found]
}

/** Every argument of a field and every field of an input object. */
export function allInputs(): readonly string[] {
  return Object.values(apiSchema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      if (isObjectType(type)) return Object.values(type.getFields()).flatMap(({ name, args }) => args.map((arg) => `${type.name}.${name}.${arg.name}`))
      return isInputObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []
    })
}
