import type { GraphQLResolveInfo } from 'graphql'
import { readKnownUntil } from '#db/analytics/knownUntil.ts'
import { readEventCatalog, type KnownEvent } from '#db/analytics/eventCatalog.ts'
import type { Pool } from '#db/pool.ts'
import type { Identity } from '#ops/security/identity.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { compileAttribution, compileCohorts, compileMetrics, type CompileContext, type Compiled } from '../compiler/compile.ts'
import type { BoundQuery } from '../compiler/bound.ts'
import { parseAttribution, parseCohorts, parseMetrics } from '../compiler/parse.ts'
import type { AttributionInput, CohortsInput, MetricsInput } from '../compiler/request.ts'
import { readSelection } from '../compiler/selection.ts'
import { estimateRows, runQuery, type QueryRows, type QueryRunner } from './runQuery.ts'
import { creditJourneys } from './journeys/journeyCredits.ts'
import { NO_ATTRIBUTION, shapeAttribution, type AttributionRows } from './shapeAttribution.ts'
import { shapeCohorts, type CohortRows } from './shapeCohorts.ts'
import { NO_METRICS, shapeMetrics, type MetricsRows } from './shapeMetrics.ts'

export type EngineOptions = QueryRunner & {
  /** Role umg_app. */
  readonly pool: Pool
  readonly now: () => Date
  /** Which passes of the compiler run; default all. */
  readonly passes?: readonly string[]
  /** Sees every finished statement before it runs, for tests and logs. */
  readonly onCompiled?: (compiled: Compiled<BoundQuery>) => void
}

/** Who asks, and what ends the question early. */
export type Asker = { readonly identity: Identity; readonly signal: AbortSignal | null }

/** What QueryInfo says. Numbers of what was read are null when nothing ran. */
export type QueryInfoValue = {
  readonly compiled: Compiled<BoundQuery>
  readonly rowsRead: number | null
  readonly bytesRead: number | null
  readonly estimatedRows: number | null
  readonly elapsedMs: number | null
  readonly asOf: Date
  readonly isTruncated: boolean
}

export type MetricsAnswer = MetricsRows & { readonly info: QueryInfoValue }
export type AttributionAnswer = AttributionRows & { readonly info: QueryInfoValue }
export type CohortsAnswer = CohortRows & { readonly info: QueryInfoValue }

/** Answers the analyses: compiles a question, runs its statement, or its two, as the asker's tenant, and shapes the rows. */
export class AnalyticsEngine {
  readonly #options: EngineOptions

  constructor(options: EngineOptions) {
    this.#options = options
  }

  async metrics(input: MetricsInput, info: GraphQLResolveInfo, asker: Asker): Promise<MetricsAnswer> {
    const context = this.#context(asker)
    const request = parseMetrics(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const compiled = compileMetrics(request, context, { asOf, passes: this.#options.passes })
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? NO_METRICS : shapeMetrics(compiled, answer.rows, { asOf })
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async cohorts(input: CohortsInput, info: GraphQLResolveInfo, asker: Asker): Promise<CohortsAnswer> {
    const context = this.#context(asker)
    const request = parseCohorts(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const compiled = compileCohorts(request, context, { asOf, passes: this.#options.passes })
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const shaped = answer.rows === null ? { rows: [], isTruncated: false } : shapeCohorts(compiled, answer.rows)
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  async attribution(input: AttributionInput, info: GraphQLResolveInfo, asker: Asker): Promise<AttributionAnswer> {
    const context = this.#context(asker)
    const request = parseAttribution(input, readSelection(info))
    const asOf = await this.#asOf(context)
    const compiled = compileAttribution(request, context, { asOf, passes: this.#options.passes })
    const answer = await this.#run(compiled, { asOf, asker, context, explain: input.explain })
    const journeys = answer.journeys === null ? null : await creditJourneys(compiled, answer.journeys, asker.signal)
    const shaped = answer.rows === null ? NO_ATTRIBUTION : shapeAttribution(compiled, answer.rows, journeys)
    return { ...shaped, info: { ...answer.info, isTruncated: shaped.isTruncated } }
  }

  /** The names of events in the asker's data. */
  events({ identity }: Pick<Asker, 'identity'>): Promise<readonly KnownEvent[]> {
    return readEventCatalog(this.#options.pool, requireTenant(identity))
  }

  #context({ identity }: Asker): CompileContext {
    return { tenantId: requireTenant(identity), rowFilters: identity.filters, masks: identity.masks, now: this.#options.now() }
  }

  /** Read before the statement runs: what it then sees is at least as new. */
  async #asOf({ tenantId, now }: CompileContext): Promise<Date> {
    const knownUntil = await readKnownUntil(this.#options.pool, tenantId)
    return knownUntil !== null && knownUntil < now ? knownUntil : now
  }

  async #run(
    compiled: Compiled<BoundQuery>,
    { asOf, asker, context, explain }: Run,
  ): Promise<{ readonly rows: QueryRows | null; readonly journeys: QueryRows | null; readonly info: Omit<QueryInfoValue, 'isTruncated'> }> {
    this.#options.onCompiled?.(compiled)
    const options = { tenantId: context.tenantId, signal: asker.signal }
    if (explain) {
      const others = compiled.journeys === null ? 0 : await estimateRows(this.#options, compiled.journeys, options)
      const estimatedRows = others + (await estimateRows(this.#options, compiled, options))
      return { rows: null, journeys: null, info: { compiled, rowsRead: null, bytesRead: null, estimatedRows, elapsedMs: null, asOf } }
    }
    const rows = await runQuery(this.#options, compiled, options)
    // One after the other: a question has no more memory for having two statements.
    const journeys = compiled.journeys === null ? null : await runQuery(this.#options, compiled.journeys, options)
    const [rowsRead, bytesRead, elapsedMs] = (['rowsRead', 'bytesRead', 'elapsedMs'] as const).map((read) => rows[read] + (journeys?.[read] ?? 0))
    return { rows, journeys, info: { compiled, rowsRead: rowsRead ?? 0, bytesRead: bytesRead ?? 0, estimatedRows: null, elapsedMs: elapsedMs ?? 0, asOf } }
  }
}

type Run = { readonly asOf: Date; readonly asker: Asker; readonly context: CompileContext; readonly explain: boolean }
