import type { GraphQLResolveInfo } from 'graphql'
import type { AnalyticsContext } from '../builder.ts'

/** The resolver of the rows of an answer, which may be tens of thousands. */
export function rowsOf<Row>({ rows }: { readonly rows: readonly Row[] }, _arguments: object, context: AnalyticsContext, info: GraphQLResolveInfo): Row[] {
  return [...(context.plainLists?.write(rows, context, info) ?? rows)]
}
