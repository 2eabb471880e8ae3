import { builder } from '../builder.ts'
import { describePlan } from '../compiler/plan/describe.ts'
import type { QueryInfoValue } from '../execution/answers.ts'
import { CacheStateRef } from './enums.ts'

const statementsOf = ({ sql, parameters, journeys }: QueryInfoValue['compiled']) => [{ sql, parameters }, ...(journeys === null ? [] : [journeys])]

export const QueryInfoRef = builder.objectRef<QueryInfoValue>('QueryInfo').implement({
  description: 'How an answer was made. sql, parameters, plan, rowsRead, bytesRead and the estimates need the scope explain.',
  fields: (t) => ({
    sql: t.string({
      nullable: true,
      needs: 'explain',
      description: 'The statement that was run; where paths are counted by one of their own, that one after it and an empty line.',
      resolve: ({ compiled }) =>
        statementsOf(compiled)
          .map(({ sql }) => sql)
          .join('\n\n'),
    }),
    parameters: t.field({
      type: 'JSON',
      nullable: true,
      needs: 'explain',
      description: "The values of the statement's parameters, by name.",
      resolve: ({ compiled }) => Object.fromEntries(statementsOf(compiled).flatMap(({ parameters }) => parameters.map(({ name, value }) => [name, value]))),
    }),
    plan: t.string({
      nullable: true,
      needs: 'explain',
      description: 'The plan in words, a line per step, the last step first.',
      resolve: ({ compiled }) => describePlan(compiled.plan),
    }),
    rowsRead: t.field({
      type: 'BigInt',
      nullable: true,
      needs: 'explain',
      description: 'Rows that ClickHouse read; null when nothing ran.',
      resolve: (info) => info.rowsRead,
    }),
    bytesRead: t.field({
      type: 'BigInt',
      nullable: true,
      needs: 'explain',
      description: 'Bytes that ClickHouse read, uncompressed; null when nothing ran.',
      resolve: (info) => info.bytesRead,
    }),
    // Rows of others that lie in the same granules count too: what is read tells how much of them there is.
    estimatedRows: t.field({
      type: 'BigInt',
      nullable: true,
      needs: 'explain',
      description: 'Rows that the statement would read, at most; only with explain.',
      resolve: (info) => info.estimatedRows,
    }),
    estimatedBytes: t.field({
      type: 'BigInt',
      nullable: true,
      needs: 'explain',
      description:
        'Bytes that the statement would read, uncompressed, at most and about: from the rows and what the columns take in a sample; only with explain.',
      resolve: (info) => info.estimatedBytes,
    }),
    elapsedMs: t.float({
      nullable: true,
      description: 'Milliseconds from the sending of the statement to its answer; null when nothing ran.',
      resolve: (info) => info.elapsedMs,
    }),
    cache: t.field({ type: CacheStateRef, nullable: true, description: 'Where the answer came from.', resolve: () => 'BYPASS' as const }),
    asOf: t.field({ type: 'DateTime', description: 'Until when everything that was accepted is counted.', resolve: (info) => info.asOf }),
    isApproximate: t.boolean({
      description: 'Whether any number is an estimate, as one asked for with approximate is.',
      resolve: ({ compiled: { bound } }) => bound.kind === 'metrics' && bound.isApproximate,
    }),
    isTruncated: t.boolean({ description: 'Whether there are more rows than the limit.', resolve: (info) => info.isTruncated }),
  }),
})
