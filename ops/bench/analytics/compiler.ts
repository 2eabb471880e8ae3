import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { graphqlSync } from 'graphql'
import { projectRoot } from '#ops/config.ts'
import type { AnalyticsContext } from '#subgraphs/analytics/builder.ts'
import { compileAttribution, compileCohorts, compileMetrics } from '#subgraphs/analytics/compiler/compile.ts'
import { parseAttribution, parseCohorts, parseMetrics } from '#subgraphs/analytics/compiler/parse.ts'
import { readSelection } from '#subgraphs/analytics/compiler/selection.ts'
import type { AnalyticsEngine } from '#subgraphs/analytics/execution/engine.ts'
import { schema } from '#subgraphs/analytics/schema.ts'
import { quantile, type Figures } from '../figure.ts'

const rounds = 200
const warmUps = 40

/** From the arguments and the selection to the finished statement: every question of the compiler's cases, at another instant each time. */
export function benchCompiler(figures: Figures): void {
  const folder = join(projectRoot, 'subgraphs/analytics/compiler/cases')
  const documents = readdirSync(folder).filter((file) => file.endsWith('.graphql'))
  const sources = documents.map((file) => readFileSync(join(folder, file), 'utf8'))
  const times: number[] = []
  let nowMs = Date.UTC(2026, 10, 20)
  const timed = (compile: (now: Date) => unknown): null => {
    const now = new Date((nowMs += 1_001))
    const began = performance.now()
    compile(now)
    times.push(performance.now() - began)
    return null
  }
  const context = (now: Date) => ({ tenantId: '11111111-1111-4111-8111-111111111111', rowFilters: [], masks: [], now })
  // The compiler stands where the engine does, so that it gets just what GraphQL gives; nothing is run.
  const engine: Record<'metrics' | 'cohorts' | 'attribution', (...args: never[]) => null> = {
    metrics: (...[input, info]: Parameters<AnalyticsEngine['metrics']>) =>
      timed((now) => compileMetrics(parseMetrics(input, readSelection(info)), context(now), { asOf: now })),
    cohorts: (...[input, info]: Parameters<AnalyticsEngine['cohorts']>) =>
      timed((now) => compileCohorts(parseCohorts(input, readSelection(info)), context(now), { asOf: now })),
    attribution: (...[input, info]: Parameters<AnalyticsEngine['attribution']>) =>
      timed((now) => compileAttribution(parseAttribution(input, readSelection(info)), context(now), { asOf: now })),
  }
  const contextValue = { engine, identity: { kind: 'key', scopes: ['analytics:read', 'explain'] } } as unknown as AnalyticsContext
  for (let round = 0; round < rounds + warmUps; round += 1) {
    if (round === warmUps) times.length = 0
    for (const source of sources) graphqlSync({ schema, source, contextValue })
  }
  const what = `ms over ${sources.length} questions, ${times.length.toLocaleString('en-US')} times`
  figures.add({ name: 'compiling a question, p50', value: quantile(times, 0.5), unit: what })
  figures.add({ name: 'compiling a question, p99', value: quantile(times, 0.99), unit: `${what}; goal 1` })
}
