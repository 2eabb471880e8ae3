import { getNamedType, Kind, print, TypeInfo, visit, visitWithTypeInfo, type FieldNode, type GraphQLResolveInfo } from 'graphql'
import { writerOf, type Write } from '#ops/service/plainLists.ts'
import type { AnalyticsContext } from '../../builder.ts'

/** Of how an answer was made only this belongs to it; all else is another each time. */
const LASTING_INFO: ReadonlySet<string> = new Set(['isApproximate', 'isTruncated'])
const VOLATILE_TYPE = 'QueryInfo'
/** Sealed anew each time. */
const VOLATILE_LEAF = 'Cursor'

/** What somebody selects of an answer, without what is another each time. */
export type SelectedText = {
  /** Equal for those who select the same. */
  readonly key: string
  readonly write: Write
}

export function selectedText(info: GraphQLResolveInfo, context: AnalyticsContext): SelectedText {
  const nodes = info.fieldNodes.map((node) => lastingOf(node, info))
  const fragments = Object.fromEntries(Object.entries(info.fragments).map(([name, fragment]) => [name, lasting(fragment, new TypeInfo(info.schema))]))
  const write = writerOf(info.returnType, nodes, { info: { ...info, fieldNodes: nodes, fragments }, context: { ...context, plainLists: undefined } })
  const texts = [...nodes, ...Object.values(fragments)].map((node) => print(node))
  return { key: JSON.stringify([texts, info.variableValues, context.identity.scopes.toSorted()]), write }
}

const lastingOf = (node: FieldNode, { schema, parentType }: GraphQLResolveInfo): FieldNode => lasting(node, new TypeInfo(schema, parentType))

function lasting<Node extends Parameters<typeof visit>[0]>(root: Node, types: TypeInfo): Node {
  return visit(
    root,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const definition = types.getFieldDef()
        if (!definition || node.kind !== Kind.FIELD) return undefined
        const isVolatile =
          getNamedType(definition.type).name === VOLATILE_LEAF || (types.getParentType()?.name === VOLATILE_TYPE && !LASTING_INFO.has(node.name.value))
        return isVolatile ? null : undefined
      },
    }),
  )
}

/** The texts of each answer, made once for all who select the same. */
export class AnswerTexts {
  readonly #texts = new WeakMap<object, Map<string, string>>()

  textOf(answer: object, { key, write }: SelectedText): string {
    const known = this.#texts.get(answer) ?? new Map<string, string>()
    this.#texts.set(answer, known)
    const text = known.get(key) ?? written(answer, write)
    known.set(key, text)
    return text
  }
}

function written(answer: object, write: Write): string {
  try {
    return JSON.stringify(write(answer))
  } catch (error) {
    // Whoever asked is told by the field itself.
    return `failed: ${error instanceof Error ? error.message : String(error)}`
  }
}
