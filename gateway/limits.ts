import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
} from 'graphql'

/** How much a document may ask for. Fragments count as often as they are spread. */
export type DocumentLimits = {
  readonly maxTokens: number
  /** Levels of selections; the introspection query of GraphiQL has 15. */
  readonly maxDepth: number
  /** Fields under another name than their own, __typename included. */
  readonly maxAliases: number
  readonly maxRootFields: number
  /** Objects and lists inside one another in one argument. The query planner's work doubles with each: forty of them would keep it busy for hours. */
  readonly maxValueDepth: number
  /** Selections in all, the same fragment counted each time it is spread (Apollo's maxRecursiveSelections). */
  readonly maxSelections: number
}

export const DOCUMENT_LIMITS: DocumentLimits = { maxTokens: 5_000, maxDepth: 20, maxAliases: 100, maxRootFields: 20, maxValueDepth: 16, maxSelections: 20_000 }

export const MAX_BODY_BYTES = 1_000_000
/** Objects and lists inside one another in the JSON of a request. What walks through values does so by calling itself, and would run out of stack. */
export const MAX_BODY_DEPTH = 100

/** Whether `value` has more than `levels` of objects and lists inside one another; needs no stack itself. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let row: readonly unknown[] = [value]
  for (let level = 0; row.length > 0; level += 1) {
    if (level > levels) return true
    row = row.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}

/** Validation rule: depth, aliases and root fields of every operation. What spreads a fragment in itself is left to GraphQL's own rule. */
export function limitDocument(limits: DocumentLimits): ValidationRule {
  return (context) => ({
    ...limitValues(limits, context),
    OperationDefinition(operation) {
      const measured = measureOperation(operation, context)
      const found: readonly [string, number, number][] = [
        ['levels', measured.depth, limits.maxDepth],
        ['aliases', measured.aliases, limits.maxAliases],
        ['root fields', measured.rootFields, limits.maxRootFields],
      ]
      for (const [what, count, limit] of found) {
        if (count <= limit) continue
        context.reportError(
          new GraphQLError(`The operation has ${count} ${what}; at most ${limit} are allowed.`, {
            nodes: operation,
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          }),
        )
      }
    },
  })
}

/** Validation rule: selections in all. Apollo Server has one of its own for what comes by HTTP. */
export function limitSelections({ maxSelections }: DocumentLimits): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      if (measureOperation(operation, context).selections <= maxSelections) return
      const message = `The operation has more than ${maxSelections} selections, each fragment counted as often as it is spread.`
      context.reportError(new GraphQLError(message, { nodes: operation, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))
    },
  })
}

/** Variables are no part of the document that is planned, so a value that has to be deeper comes as one. */
function limitValues({ maxValueDepth }: DocumentLimits, context: ValidationContext): ASTVisitor {
  let depth = 0
  const enter = (node: ValueNode): void => {
    depth += 1
    if (depth !== maxValueDepth + 1) return
    context.reportError(
      new GraphQLError(`A value has more than ${maxValueDepth} levels of objects and lists; send it as a variable.`, {
        nodes: node,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      }),
    )
  }
  const leave = (): void => {
    depth -= 1
  }
  return { ObjectValue: { enter, leave }, ListValue: { enter, leave } }
}

type Size = { readonly depth: number; readonly aliases: number; readonly rootFields: number; readonly selections: number }

const EMPTY: Size = { depth: 0, aliases: 0, rootFields: 0, selections: 0 }

function measureOperation(operation: OperationDefinitionNode, context: ValidationContext): Size {
  // Each fragment is measured once, so that the work is linear in the document whatever it expands to.
  const measured = new Map<string, Size>()

  function measureFragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    if (fragment === null || fragment === undefined) return EMPTY
    const known = measured.get(fragment.name.value)
    if (known !== undefined) return known
    measured.set(fragment.name.value, EMPTY)
    const size = measureSet(fragment.selectionSet)
    measured.set(fragment.name.value, size)
    return size
  }

  function measureSet(set: SelectionSetNode): Size {
    let total = EMPTY
    for (const selection of set.selections) {
      const size = measure(selection)
      total = {
        depth: Math.max(total.depth, size.depth),
        aliases: total.aliases + size.aliases,
        rootFields: total.rootFields + size.rootFields,
        selections: total.selections + size.selections,
      }
    }
    return total
  }

  function measure(selection: SelectionNode): Size {
    switch (selection.kind) {
      case Kind.INLINE_FRAGMENT:
        return measureSet(selection.selectionSet)
      case Kind.FRAGMENT_SPREAD:
        return measureFragment(context.getFragment(selection.name.value))
      case Kind.FIELD: {
        const below = selection.selectionSet === undefined ? EMPTY : measureSet(selection.selectionSet)
        return {
          depth: below.depth + 1,
          aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
          rootFields: 1,
          selections: below.selections + 1,
        }
      }
    }
  }

  return measureSet(operation.selectionSet)
}
