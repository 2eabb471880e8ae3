import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  isUnionType,
  isInterfaceType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

/**
 * Says where `api` is narrower than `contract`: what is missing, renamed or of another type, one sentence each; empty when the contract is contained.
 * The API may have more types, fields, values and optional arguments. An answer may be stricter than promised (non-null for nullable), a question laxer.
 * Defaults are compared as well, since a client that leaves an argument out relies on them.
 */
export function findNarrowed({ contract, api }: { readonly contract: string; readonly api: string }): readonly string[] {
  const wanted = buildSchema(contract, { assumeValidSDL: true })
  const given = buildSchema(api, { assumeValidSDL: true })
  return Object.values(wanted.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => compareType(type, given))
}

function compareType(wanted: GraphQLNamedType, schema: GraphQLSchema): readonly string[] {
  const given = schema.getType(wanted.name)
  if (given === undefined) return [`${wanted.name} is missing.`]
  if (isScalarType(wanted)) return isScalarType(given) ? [] : [`${wanted.name} is no scalar.`]
  if (isEnumType(wanted)) {
    if (!isEnumType(given)) return [`${wanted.name} is no enum.`]
    return wanted
      .getValues()
      .filter(({ name }) => given.getValue(name) === undefined)
      .map(({ name }) => `${wanted.name}.${name} is missing.`)
  }
  if (isInputObjectType(wanted)) {
    if (!isInputObjectType(given)) return [`${wanted.name} is no input.`]
    const oneOf = wanted.isOneOf && !given.isOneOf ? [`${wanted.name} is not @oneOf.`] : []
    return [
      ...oneOf,
      ...compareInputs({ place: wanted.name, wanted: Object.values(wanted.getFields()), given: Object.values(given.getFields()), separator: '.' }),
    ]
  }
  if (isUnionType(wanted)) return isUnionType(given) ? [] : [`${wanted.name} is no union.`]
  if (isObjectType(wanted) || isInterfaceType(wanted)) {
    if (!isObjectType(given) && !isInterfaceType(given)) return [`${wanted.name} is no object.`]
    return Object.values(wanted.getFields()).flatMap((field) =>
      compareField({ place: `${wanted.name}.${field.name}`, wanted: field, given: given.getFields()[field.name] }),
    )
  }
  return []
}

type AnyField = GraphQLField<unknown, unknown>

function compareField({
  place,
  wanted,
  given,
}: {
  readonly place: string
  readonly wanted: AnyField
  readonly given: AnyField | undefined
}): readonly string[] {
  if (given === undefined) return [`${place} is missing.`]
  const type = isAtLeast({ strict: String(given.type), lax: String(wanted.type) }) ? [] : [`${place} is ${String(given.type)}, not ${String(wanted.type)}.`]
  return [...type, ...compareInputs({ place, wanted: wanted.args, given: given.args, separator: ' argument ' })]
}

type AnyInput = GraphQLArgument | GraphQLInputField
type InputComparison = { readonly place: string; readonly wanted: readonly AnyInput[]; readonly given: readonly AnyInput[]; readonly separator: string }

function compareInputs({ place, wanted, given, separator }: InputComparison): readonly string[] {
  const known = new Set(wanted.map(({ name }) => name))
  const added = given
    .filter((input) => !known.has(input.name) && ('deprecationReason' in input && 'args' in input ? false : isRequired(input)))
    .map(({ name }) => `${place}${separator}${name} is required, and the contract does not know it.`)
  const compared = wanted.flatMap((input) => {
    const at = `${place}${separator}${input.name}`
    const match = given.find(({ name }) => name === input.name)
    if (match === undefined) return [`${at} is missing.`]
    // A question's types go the other way: what the contract allows to be sent must be accepted.
    const type = isAtLeast({ strict: String(input.type), lax: String(match.type) }) ? [] : [`${at} is ${String(match.type)}, not ${String(input.type)}.`]
    const isSameDefault = JSON.stringify(match.defaultValue) === JSON.stringify(input.defaultValue)
    return isSameDefault ? type : [...type, `${at} has the default ${JSON.stringify(match.defaultValue)}, not ${JSON.stringify(input.defaultValue)}.`]
  })
  return [...added, ...compared]
}

function isRequired(input: AnyInput): boolean {
  return isRequiredArgument(input) || isRequiredInputField(input)
}

/** Whether a type is the same but for non-null marks that `strict` has and `lax` has not: `[A!]!` is at least `[A]`. */
function isAtLeast({ strict, lax }: { readonly strict: string; readonly lax: string }): boolean {
  let at = 0
  for (const character of strict) {
    if (lax[at] === character) at += 1
    else if (character !== '!') return false
  }
  return at === lax.length
}
