import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { PreparedPlans } from '#subgraphs/analytics/compiler/prepared/preparedPlans.ts'
import { caseSegments } from '#subgraphs/analytics/execution/testing/caseSegments.ts'
import { questionsOf, type Recompile } from '#subgraphs/analytics/execution/testing/compileDocument.ts'
import { quantile, type Figures } from '../figure.ts'

const rounds = 200
const warmUps = 40
/** Hours, so that days and weeks go by over the rounds. */
const STEP_MS = 3_600_000 + 1_001

/**
 * From the arguments and the selection to the finished statement: every question of the compiler's cases, an hour later each time. Once with nothing
 * kept, and once with statements kept as the subgraph keeps them; of those the ones that were asked for before are told apart. Beside p99 of all
 * times the median of the slowest question: on a machine that others use, p99 says how long others had the processor.
 */
export async function benchCompiler(figures: Figures): Promise<void> {
  const folder = join(projectRoot, 'subgraphs/analytics/compiler/cases')
  const documents = readdirSync(folder).filter((file) => file.endsWith('.graphql'))
  const sources = documents.map((file) => readFileSync(join(folder, file), 'utf8'))
  const questions = (await Promise.all(sources.map((query) => questionsOf({ query, segments: caseSegments })))).flat()
  const compiled = timed(questions, null)
  tell(figures, 'compiling a question, nothing kept', compiled.misses)
  const prepared = new PreparedPlans()
  const { hits, misses } = timed(questions, prepared)
  tell(figures, 'compiling a question of a known shape', hits)
  tell(figures, 'compiling a question of a shape that has to be prepared', misses)
  figures.add({
    name: 'questions of a known shape',
    value: hits.flat().length / (hits.flat().length + misses.flat().length),
    unit: `of ${hits.flat().length + misses.flat().length}`,
  })
}

/** Milliseconds by the place of the question. */
type Times = readonly (readonly number[])[]

function timed(questions: readonly Recompile[], prepared: PreparedPlans | null): { readonly hits: Times; readonly misses: Times } {
  const times = questions.map(() => ({ hits: [] as number[], misses: [] as number[] }))
  let nowMs = Date.UTC(2026, 10, 20)
  for (let round = 0; round < rounds + warmUps; round += 1) {
    const now = new Date((nowMs += STEP_MS))
    for (const [i, ask] of questions.entries()) {
      const before = prepared?.counts.hits ?? 0
      const began = performance.now()
      ask({ tenantId: '11111111-1111-4111-8111-111111111111', rowFilters: [], masks: [], now }, { asOf: now, prepared })
      const ms = performance.now() - began
      if (round >= warmUps) times[i]?.[prepared !== null && prepared.counts.hits > before ? 'hits' : 'misses'].push(ms)
    }
  }
  return { hits: times.map(({ hits }) => hits), misses: times.map(({ misses }) => misses) }
}

function tell(figures: Figures, name: string, times: Times): void {
  const all = times.flat()
  const unit = `ms over ${all.length.toLocaleString('en-US')} times`
  figures.add({ name: `${name}, p50`, value: quantile(all, 0.5), unit })
  figures.add({ name: `${name}, p99`, value: quantile(all, 0.99), unit: `${unit}; goal 1` })
  const medians = times.filter((each) => each.length > 0).map((each) => quantile(each, 0.5))
  figures.add({ name: `${name}, median of the slowest question`, value: Math.max(...medians), unit: `ms over ${medians.length} questions` })
}
