import { graphql, type GraphQLResolveInfo } from 'graphql'
import type { AnalyticsContext } from '../../builder.ts'
import { NO_SEGMENTS } from '../../compiler/bind/segments.ts'
import type { BoundQuery } from '../../compiler/bound.ts'
import {
  compileAttribution,
  compileCohorts,
  compileFunnel,
  compileMetrics,
  compilePaths,
  compileSegmentSize,
  type CompileContext,
  type Compiled,
  type PlanOptions,
} from '../../compiler/compile.ts'
import { namedSegments } from '../../compiler/namedSegments.ts'
import { parseAttribution, parseCohorts, parseFunnel, parseMetrics, parsePaths, parseSegmentSize } from '../../compiler/parse.ts'
import type { SelectedField } from '../../compiler/request.ts'
import { readSelection } from '../../compiler/selection.ts'
import { schema } from '../../schema.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import { segmentsOf } from './segmentsOf.ts'

export type CompiledQuestion = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly segments?: readonly ReferenceSegment[]
}
type Asked = Omit<CompileContext, 'segments'>
/** Compiles the question once more, as the asker and with the options given. */
export type Recompile = (context: Asked, options: PlanOptions) => Compiled<BoundQuery>

const compilers = {
  metrics: [parseMetrics, compileMetrics],
  cohorts: [parseCohorts, compileCohorts],
  attribution: [parseAttribution, compileAttribution],
  funnel: [parseFunnel, compileFunnel],
  paths: [parsePaths, compilePaths],
  segmentSize: [parseSegmentSize, compileSegmentSize],
} as const

/** The questions of a document as GraphQL gives them to the engine: what stands there compiles, and runs nothing. */
export async function questionsOf({ query, variables, segments = [] }: CompiledQuestion): Promise<readonly Recompile[]> {
  const questions: Recompile[] = []
  const source = segmentsOf(segments)
  const engine = Object.fromEntries(
    Object.entries(compilers).map(([kind, [parse, compile]]) => [
      kind,
      async (input: object, info: GraphQLResolveInfo) => {
        const ids = namedSegments(input)
        const known = ids.length === 0 ? NO_SEGMENTS : await source('', ids)
        // Each pair is of one kind of question, which the pairs together do not say.
        const [parsed, compiled] = [
          parse as (given: object, selection: readonly SelectedField[]) => object,
          compile as (...args: readonly unknown[]) => Compiled<BoundQuery>,
        ]
        questions.push((context, options) => compiled(parsed(input, readSelection(info)), { ...context, segments: known }, options))
        return null
      },
    ]),
  )
  const contextValue = { engine, identity: { kind: 'key', scopes: ['analytics:read', 'explain'] }, signal: null } as unknown as AnalyticsContext
  const { errors } = await graphql({ schema, source: query, variableValues: variables, contextValue })
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return questions
}
