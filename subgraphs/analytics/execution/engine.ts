import type { GraphQLResolveInfo } from 'graphql'
import { readEventCatalog, type KnownEvent } from '#db/analytics/eventCatalog.ts'
import type { Pool } from '#db/pool.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'
import { failure } from '#ops/service/errors.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { USER_COLUMNS } from '../compiler/bind/bindUsers.ts'
import { NO_SEGMENTS } from '../compiler/bind/segments.ts'
import {
  compileAttribution,
  compileCohorts,
  compileEvents,
  compileFunnel,
  compileJourneyEvents,
  compileMetrics,
  compilePaths,
  compileSegmentSize,
  compileUsers,
  type CompileContext,
  type Compiled,
  type PlanOptions,
} from '../compiler/compile.ts'
import type { BoundMetrics, BoundQuery } from '../compiler/bound.ts'
import type { PreparedPlans } from '../compiler/prepared/preparedPlans.ts'
import { namedSegments } from '../compiler/namedSegments.ts'
import { parseAttribution, parseCohorts, parseFunnel, parseMetrics, parsePaths, parseSegmentSize } from '../compiler/parse.ts'
import type {
  AttributionInput,
  CohortsInput,
  EventsRequest,
  FunnelInput,
  JourneyPart,
  MetricsInput,
  PathsInput,
  SegmentSizeInput,
} from '../compiler/request.ts'
import { readSelection } from '../compiler/selection.ts'
import { bindLive, type LiveInput } from './bindLive.ts'
import { allAborted } from './allAborted.ts'
import { answerTogether, tellsOfItself, type CompiledMetrics, type Some } from './answerTogether.ts'
import type {
  Asker,
  AttributionAnswer,
  CohortsAnswer,
  FunnelAnswer,
  MetricsAnswer,
  PathsAnswer,
  QueryInfoValue,
  SegmentSizeAnswer,
  UsersAnswer,
  UsersArguments,
} from './answers.ts'
import { cellSealer, openCell } from './cells.ts'
import { createFirstEventFrom, type FirstEventFrom } from './firstEventFrom.ts'
import { limits } from '../model/limits.ts'
import { createMoment, readAsOf, type Moment } from './moment.ts'
import { estimateRead } from './estimate.ts'
import { createSegmentStore, type SegmentSource, type SegmentStore } from './segments.ts'
import { NO_SIZE, shapeSegmentSize } from './shapeSegmentSize.ts'
import type { QueryMeter } from './queryMeter.ts'
import { runQuery, type QueryRows, type QueryRunner } from './runQuery.ts'
import { creditJourneys } from './journeys/journeyCredits.ts'
import { NO_ATTRIBUTION, shapeAttribution } from './shapeAttribution.ts'
import { NO_COHORTS, shapeCohorts } from './shapeCohorts.ts'
import { shapeFunnel } from './shapeFunnel.ts'
import { NO_METRICS, shapeMetrics } from './shapeMetrics.ts'
import { NO_PATHS, shapePaths } from './shapePaths.ts'
import { shapeJourneyEvents } from './shapeJourneyEvents.ts'
import { readJourneys, type JourneyEvents, type JourneysArguments, type JourneysValue } from './journeysBehind.ts'
import { shapeEvents, type EventRows } from './shapeEvents.ts'
import { shapeUsers, type UserValue } from './shapeUsers.ts'
import { readTimeline, type TimelineValue } from './timeline.ts'

export type EngineOptions = QueryRunner & {
  /** Role umg_app. */
  readonly pool: Pool
  readonly now: () => Date
  /** Seals cells and the cursors of pages. */
  readonly cursorKey: string
  /** Which passes of the compiler run; default all. */
  readonly passes?: readonly string[]
  /** Counts questions and holds tenants to those of their plan; default: none are counted. */
  readonly meter?: Pick<QueryMeter, 'take'>
  /** Statements that are kept for questions of the same shape. Default: none are. */
  readonly prepared?: PreparedPlans
  /** Where segments come from; default the tenant's saved ones. */
  readonly segments?: SegmentSource
  /** Sees every finished statement before it runs, for tests and logs. */
  readonly onCompiled?: (compiled: Compiled<BoundQuery>) => void
}

/** Answers the analyses: compiles a question, runs its statement, or its two, as the asker's tenant, and shapes the rows. */
export class AnalyticsEngine {
  readonly #options: EngineOptions

  /** The tenants' saved segments. */
  readonly segments: SegmentStore
  readonly firstEventFrom: FirstEventFrom
  readonly #source: SegmentSource

  constructor(options: EngineOptions) {
    this.#options = options
    this.segments = createSegmentStore(options)
    this.firstEventFrom = createFirstEventFrom(options)
    this.#source = options.segments ?? this.segments.source
  }

  async metrics(input: MetricsInput, info: GraphQLResolveInfo, asker: Asker): Promise<MetricsAnswer> {
    return this.#metrics(await this.#compileMetrics({ input, info, asker }, createMoment(this.#options.pool, this.#options.now())))
  }

  /** The same for questions of one tenant, at one moment. Those that differ in one value of a filter alone are one statement. */
  async metricsTogether(questions: readonly MetricsQuestion[]): Promise<readonly PromiseSettledResult<MetricsAnswer>[]> {
    const moment = createMoment(this.#options.pool, this.#options.now())
    const compiled = await Promise.allSettled(questions.map(async (question) => this.#counted(await this.#compileMetrics(question, moment))))
    const answers = answerTogether(
      compiled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
      {
        passes: this.#options.passes,
        alone: (asked) => this.#metrics(asked),
        run: (statement, members) => this.#runFor(statement, members),
      },
    )
    return Promise.allSettled(
      compiled.map(async (each) => {
        if (each.status === 'rejected') throw each.reason
        return answers(each.value)
      }),
    )
  }

  async #compileMetrics({ input, info, asker }: MetricsQuestion, moment: Moment): Promise<CompiledMetrics> {
    const selection = readSelection(info)
    const context = await this.#context(asker, input, moment)
    const asOf = await moment.asOf(context.tenantId)
    const seal = cellSealer(this.#options.cursorKey, 'metrics', { tenantId: context.tenantId, input, now: context.now, asOf })
    const compiled = compileMetrics(parseMetrics(input, selection), context, this.#plan(asOf))
    return { compiled, context, asOf, asker, seal, explain: input.explain, tellsOfItself: tellsOfItself(selection) }
  }

  async #counted(asked: CompiledMetrics): Promise<CompiledMetrics> {
    const { asker, context, explain } = asked
    if (asker.isAgain !== true && !explain) await this.#options.meter?.take(context.tenantId)
    return { ...asked, asker: { ...asker, isAgain: true } }
  }

  /** It ends early when none of them waits any more. */
  #runFor(statement: Compiled<BoundMetrics>, members: Some<CompiledMetrics>): Promise<QueryRows> {
    const [{ context }] = members
    if (members.some((each) => each.context.tenantId !== context.tenantId)) throw new Error('A statement is of one tenant.')
    this.#options.onCompiled?.(statement)
    return runQuery(this.#options, statement, { tenantId: context.tenantId, signal: allAborted(members.map(({ asker }) => asker.signal)) })
  }

  async #metrics(asked: CompiledMetrics): Promise<MetricsAnswer> {
    const { compiled } = asked
    const answer = await this.#run(compiled, asked)
    const shaped = answer.rows === null ? NO_METRICS : shapeMetrics(compiled, answer.rows, asked)
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async cohorts(input: CohortsInput, info: GraphQLResolveInfo, asker: Asker): Promise<CohortsAnswer> {
    const context = await this.#context(asker, input)
    const request = parseCohorts(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const seal = cellSealer(this.#options.cursorKey, 'cohorts', { tenantId: context.tenantId, input, now: context.now, asOf })
    const compiled = compileCohorts(request, context, this.#plan(asOf))
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? NO_COHORTS : shapeCohorts(compiled, answer.rows, { seal })
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async attribution(input: AttributionInput, info: GraphQLResolveInfo, asker: Asker): Promise<AttributionAnswer> {
    const context = await this.#context(asker, input)
    const request = parseAttribution(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const seal = cellSealer(this.#options.cursorKey, 'attribution', { tenantId: context.tenantId, input, now: context.now, asOf })
    const compiled = compileAttribution(request, context, this.#plan(asOf))
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const journeys = answer.journeys === null ? null : await creditJourneys(compiled, answer.journeys, asker.signal)
    const shaped = answer.rows === null ? NO_ATTRIBUTION : shapeAttribution(compiled, answer.rows, { journeys, seal })
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async funnel(input: FunnelInput, info: GraphQLResolveInfo, asker: Asker): Promise<FunnelAnswer> {
    const context = await this.#context(asker, input)
    const request = parseFunnel(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const seal = cellSealer(this.#options.cursorKey, 'funnel', { tenantId: context.tenantId, input, now: context.now, asOf })
    const compiled = compileFunnel(request, context, this.#plan(asOf))
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? { rows: [], isTruncated: false } : shapeFunnel(compiled, answer.rows, { asOf, seal })
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async paths(input: PathsInput, info: GraphQLResolveInfo, asker: Asker): Promise<PathsAnswer> {
    const context = await this.#context(asker, input)
    const request = parsePaths(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const compiled = compilePaths(request, context, this.#plan(asOf))
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? NO_PATHS : shapePaths(compiled, answer.rows)
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async segmentSize(input: SegmentSizeInput, info: GraphQLResolveInfo, asker: Asker): Promise<SegmentSizeAnswer> {
    const context = await this.#context(asker, input)
    const request = parseSegmentSize(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const compiled = compileSegmentSize(request, context, this.#plan(asOf))
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? NO_SIZE : shapeSegmentSize(compiled, answer.rows)
    return { ...shaped, info: { ...answer.info, isTruncated: false } }
  }

  /** The users behind a cell: its own question, asked again by this asker. Throws BAD_CURSOR for what is no cell of the tenant's. */
  async users({ input: { cell, where }, first, after }: UsersArguments, info: GraphQLResolveInfo, asker: Asker): Promise<UsersAnswer> {
    const tenantId = requireTenant(asker.identity)
    const { cursorKey, passes } = this.#options
    const { question, now, asOf } = openCell(cursorKey, cell, { tenantId, schema: info.schema })
    const sealer = createCursorSealer(cursorKey, [tenantId, 'users', 'page', cell, JSON.stringify(where ?? null)])
    const place = typeof after === 'string' ? sealer.open(after) : null
    if (typeof after === 'string' && place === null) throw failure('BAD_CURSOR', { argument: 'after' })
    const context = { ...(await this.#context(asker, { input: question.input, where })), now }
    const selected = readSelection(info)
    const columns = selected.flatMap(({ name, fields }) => (name === 'nodes' ? fields.map((field) => field.name) : []))
    const wantsTotal = selected.some(({ name }) => name === 'totalCount')
    const request = { kind: 'users' as const, of: question, where, first, after: place?.toString('utf8') ?? null, columns, wantsTotal }
    const compiled = compileUsers(request, context, { asOf, passes })
    const answer = await this.#run(compiled, { asOf, asker, context, explain: false })
    const shaped = shapeUsers(compiled, runRows(answer.rows))
    const last = shaped.users.at(-1)
    const endCursor = last === undefined ? null : sealer.seal(Buffer.from(last.id))
    return { ...shaped, endCursor, info: { ...answer.info, isTruncated: false } }
  }

  /** The conversions behind a row of attribution, each with its touches. Throws BAD_CURSOR for what is no cell of such a row of the tenant's. */
  async journeys(page: JourneysArguments, info: GraphQLResolveInfo, asker: Asker): Promise<JourneysValue> {
    const tenantId = requireTenant(asker.identity)
    const { cursorKey } = this.#options
    const { question: of, now, asOf } = openCell(cursorKey, page.input.cell, { tenantId, schema: info.schema })
    if (of.kind !== 'attribution') throw failure('BAD_CURSOR', { argument: 'input.cell' })
    const context = { ...(await this.#context(asker, of.input)), now }
    const read = async (part: JourneyPart, limit: number): Promise<JourneyEvents> => {
      const compiled = compileJourneyEvents({ kind: 'journeyEvents', of, part, limit }, context, this.#plan(asOf))
      const { rows } = await this.#run(compiled, { asOf, asker, context, explain: false })
      return shapeJourneyEvents(compiled, runRows(rows), context)
    }
    return readJourneys(page, { of, tenantId, cursorKey, masks: context.masks, read })
  }

  /** What is known of the users with these ids; nothing of an id that no event of the asker's has. */
  async findUsers(ids: readonly string[], asker: Asker): Promise<readonly UserValue[]> {
    const context = await this.#context(asker, {})
    const asOf = await this.#asOf(context)
    const request = { kind: 'users' as const, of: { kind: 'ids' as const, ids }, where: null, after: null, columns: USER_COLUMNS, wantsTotal: false }
    const users: UserValue[] = []
    for (let from = 0; from < ids.length; from += limits.listedUsers) {
      const of = { kind: 'ids' as const, ids: ids.slice(from, from + limits.listedUsers) }
      const compiled = compileUsers({ ...request, of, first: limits.listedUsers }, context, this.#plan(asOf))
      const { rows } = await this.#run(compiled, { asOf, asker, context, explain: false })
      users.push(...shapeUsers(compiled, runRows(rows)).users)
    }
    return users
  }

  /** What the user did, the newest first. */
  async timeline(userId: string, page: { readonly first: number; readonly after?: string | null }, asker: Asker): Promise<TimelineValue> {
    const context = await this.#context(asker, {})
    const asOf = await this.#asOf(context)
    const { pool, cursorKey, passes } = this.#options
    const read = async (request: Omit<EventsRequest, 'kind' | 'userId'>): Promise<EventRows> => {
      const compiled = compileEvents({ kind: 'events', userId, ...request }, context, { asOf, passes })
      const { rows } = await this.#run(compiled, { asOf, asker, context, explain: false })
      return shapeEvents(compiled, runRows(rows), context)
    }
    return readTimeline({ pool, cursorKey, identity: asker.identity, userId, read }, page)
  }

  /** What a question means when it is asked now, without asking it. Throws what is wrong with it. */
  async bind(question: LiveInput, info: GraphQLResolveInfo, asker: Asker): Promise<BoundQuery> {
    const context = await this.#context(asker, question.input)
    return bindLive(question, { info, context, plan: this.#plan(await this.#asOf(context)) })
  }

  /** The names of events in the asker's data. */
  events({ identity }: Pick<Asker, 'identity'>): Promise<readonly KnownEvent[]> {
    return readEventCatalog(this.#options.pool, requireTenant(identity))
  }

  async #context({ identity }: Asker, input: object, { now }: Pick<Moment, 'now'> = { now: this.#options.now() }): Promise<CompileContext> {
    const tenantId = requireTenant(identity)
    const named = namedSegments(input)
    const segments = named.length === 0 ? NO_SEGMENTS : await this.#source(tenantId, named)
    // wall: analysis-masks
    return { tenantId, rowFilters: identity.filters, masks: identity.masks, now, segments }
  }

  #asOf(context: CompileContext): Promise<Date> {
    return readAsOf(this.#options.pool, context)
  }

  #plan(asOf: Date): PlanOptions {
    return { asOf, passes: this.#options.passes, prepared: this.#options.prepared }
  }

  async #run(
    compiled: Compiled<BoundQuery>,
    { asOf, asker, context, explain }: Run,
  ): Promise<{ readonly rows: QueryRows | null; readonly journeys: QueryRows | null; readonly info: Omit<QueryInfoValue, 'isTruncated'> }> {
    this.#options.onCompiled?.(compiled)
    const options = { tenantId: context.tenantId, signal: asker.signal }
    if (explain) {
      const others = compiled.journeys === null ? { rows: 0, bytes: 0 } : await estimateRead(this.#options, compiled.journeys, options)
      const { rows, bytes } = await estimateRead(this.#options, compiled, options)
      const estimated = { estimatedRows: rows + others.rows, estimatedBytes: bytes + others.bytes }
      return { rows: null, journeys: null, info: { compiled, rowsRead: null, bytesRead: null, ...estimated, elapsedMs: null, asOf } }
    }
    if (asker.isAgain !== true) await this.#options.meter?.take(context.tenantId)
    const rows = await runQuery(this.#options, compiled, options)
    // One after the other: a question has no more memory for having two statements.
    const journeys = compiled.journeys === null ? null : await runQuery(this.#options, compiled.journeys, options)
    const sum = (read: 'rowsRead' | 'bytesRead' | 'elapsedMs') => rows[read] + (journeys?.[read] ?? 0)
    const read = { rowsRead: sum('rowsRead'), bytesRead: sum('bytesRead'), elapsedMs: sum('elapsedMs') }
    return { rows, journeys, info: { compiled, ...read, estimatedRows: null, estimatedBytes: null, asOf } }
  }
}

/** What is not explained has run. */
function runRows(rows: QueryRows | null): QueryRows {
  if (rows === null) throw new Error('The statement was not run.')
  return rows
}

type MetricsQuestion = { readonly input: MetricsInput; readonly info: GraphQLResolveInfo; readonly asker: Asker }

type Run = { readonly asOf: Date; readonly asker: Asker; readonly context: CompileContext; readonly explain: boolean }
