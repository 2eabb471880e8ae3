import { builder } from '../builder.ts'
import type { PathsAnswer } from '../execution/answers.ts'
import type { PathGraphValue, PathLinkValue, PathNodeValue } from '../execution/shapePathGraph.ts'
import type { PathTotalsValue, PathValue } from '../execution/shapePaths.ts'
import { PATH_DEFAULTS, pathTexts } from '../model/paths.ts'
import { ConversionInputRef } from './attribution.ts'
import { PathNodeKindRef } from './enums.ts'
import { FilterRef, RangeInputRef } from './inputs.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { rowsOf } from './rowsOf.ts'

/** What a key masks is refused, so what is shown was asked for. */
function asked(count: string | null): string {
  if (count === null) throw new Error('A number is shown that was not computed.')
  return count
}

const PathStartInputRef = builder.inputType('PathStartInput', {
  description: 'What paths begin with.',
  fields: (t) => ({
    event: t.string({ description: pathTexts.startEvent }),
    where: t.field({ type: FilterRef, description: pathTexts.startWhere }),
  }),
})

const PathsInputRef = builder.inputType('PathsInput', {
  description: pathTexts.input,
  fields: (t) => ({
    conversion: t.field({ type: ConversionInputRef, description: pathTexts.conversion }),
    start: t.field({ type: PathStartInputRef, description: pathTexts.start }),
    range: t.field({ type: RangeInputRef, required: true, description: pathTexts.range }),
    timeZone: t.string({ required: true, description: 'IANA name, in which the range is cut.' }),
    depth: t.int({ required: true, defaultValue: PATH_DEFAULTS.depth, description: pathTexts.depth }),
    lookbackDays: t.int({ required: true, defaultValue: PATH_DEFAULTS.lookbackDays, description: pathTexts.lookbackDays }),
    collapseRepeats: t.boolean({ required: true, defaultValue: true, description: pathTexts.collapseRepeats }),
    includeTouches: t.boolean({ required: true, defaultValue: false, description: pathTexts.includeTouches }),
    where: t.field({ type: FilterRef, description: pathTexts.where }),
    limit: t.int({ required: true, defaultValue: PATH_DEFAULTS.limit, description: pathTexts.limit }),
    graphEvents: t.int({ required: true, defaultValue: PATH_DEFAULTS.graphEvents, description: pathTexts.graphEvents }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything, with an estimate; no paths.' }),
  }),
})

const PathRef = builder.objectRef<PathValue>('Path').implement({
  description: 'A path, and how often it was gone. Revenue that a key masks is null; what is never null is then the issue FIELD_MASKED.',
  fields: (t) => ({
    steps: t.stringList({ description: pathTexts.steps, resolve: ({ steps }) => [...steps] }),
    users: t.field({ type: 'BigInt', description: pathTexts.users, resolve: ({ users }) => asked(users) }),
    conversions: t.field({ type: 'BigInt', description: pathTexts.conversions, resolve: ({ conversions }) => conversions }),
    revenue: t.field({ type: 'Decimal', nullable: true, description: pathTexts.revenue, resolve: ({ revenue }) => revenue }),
  }),
})

const PathTotalsRef = builder.objectRef<PathTotalsValue>('PathTotals').implement({
  description: 'All paths together.',
  fields: (t) => ({
    users: t.field({ type: 'BigInt', description: pathTexts.users, resolve: ({ users }) => asked(users) }),
    conversions: t.field({ type: 'BigInt', description: pathTexts.conversions, resolve: ({ conversions }) => conversions }),
    revenue: t.field({ type: 'Decimal', nullable: true, description: pathTexts.revenue, resolve: ({ revenue }) => revenue }),
  }),
})

const PathNodeRef = builder.objectRef<PathNodeValue>('PathNode').implement({
  description: 'An event in one position of the paths, or one of their ends.',
  fields: (t) => ({
    id: t.exposeID('id', { description: pathTexts.nodeId }),
    kind: t.field({ type: PathNodeKindRef, description: 'What it is.', resolve: ({ kind }) => kind }),
    event: t.exposeString('event', { nullable: true, description: pathTexts.nodeEvent }),
    step: t.exposeInt('step', { description: pathTexts.nodeStep }),
    isOther: t.exposeBoolean('isOther', { description: pathTexts.nodeIsOther }),
    users: t.field({ type: 'BigInt', description: pathTexts.nodeUsers, resolve: ({ users }) => asked(users) }),
    conversions: t.field({ type: 'BigInt', description: pathTexts.nodeConversions, resolve: ({ conversions }) => conversions }),
  }),
})

const PathLinkRef = builder.objectRef<PathLinkValue>('PathLink').implement({
  description: 'From a node to one of the next position.',
  fields: (t) => ({
    source: t.exposeID('source', { description: 'The id of the node that it comes from.' }),
    target: t.exposeID('target', { description: 'The id of the node that it leads to.' }),
    users: t.field({ type: 'BigInt', description: pathTexts.linkUsers, resolve: ({ users }) => asked(users) }),
    conversions: t.field({ type: 'BigInt', description: pathTexts.linkConversions, resolve: ({ conversions }) => conversions }),
  }),
})

const PathGraphRef = builder.objectRef<PathGraphValue>('PathGraph').implement({
  description: pathTexts.graph,
  fields: (t) => ({
    nodes: t.field({
      type: [PathNodeRef],
      description: pathTexts.nodes,
      resolve: ({ nodes }, args, context, info) => rowsOf({ rows: nodes }, args, context, info),
    }),
    links: t.field({
      type: [PathLinkRef],
      description: pathTexts.links,
      resolve: ({ links }, args, context, info) => rowsOf({ rows: links }, args, context, info),
    }),
    isTruncated: t.exposeBoolean('isTruncated', { description: pathTexts.graphIsTruncated }),
  }),
})

const PathsResultRef = builder.objectRef<PathsAnswer>('PathsResult').implement({
  description: 'The most frequent paths.',
  fields: (t) => ({
    paths: t.field({
      type: [PathRef],
      description: pathTexts.paths,
      resolve: ({ paths }, args, context, info) => rowsOf({ rows: paths }, args, context, info),
    }),
    totals: t.field({ type: PathTotalsRef, nullable: true, description: pathTexts.totals, resolve: ({ totals }) => totals }),
    graph: t.field({ type: PathGraphRef, nullable: true, description: pathTexts.graph, resolve: ({ graph }) => graph }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: ({ info }) => info }),
  }),
})

builder.queryField('paths', (t) =>
  t.field({
    type: PathsResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: pathTexts.field,
    args: { input: t.arg({ type: PathsInputRef, required: true, description: 'The question.' }) },
    resolve: (_root, { input }, { engine, identity, signal }, info) => engine.paths(input, info, { identity, signal }),
  }),
)
