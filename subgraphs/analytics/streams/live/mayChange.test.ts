import { zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { summarizeRows, type RowsSummary } from '#db/analytics/rowsSummary.ts'
import type { AnalyticsPlan } from '../../compiler/plan/nodes.ts'
import { randomCase, type RandomCase } from '../../execution/fuzz/randomRequest.ts'
import { referenceAnswer } from '../../execution/reference/answer.ts'
import type { World } from '../../execution/reference/world.ts'
import { askAnalytics } from '../../execution/testing/askAnalytics.ts'
import { segmentsOf } from '../../execution/testing/segmentsOf.ts'
import { mayChange } from './mayChange.ts'

const runs = Math.ceil((inject('fuzzRuns') ?? 150) / 12)
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const MS_PER_RUN = 5_000
const isLive = ({ request }: RandomCase): boolean => /^query \(\$i0: (Metrics|Cohorts|Funnel|Attribution)Input!\)/.test(request.query)

describe('whether new rows may make another answer', () => {
  it(`is never denied of a row without which the naive calculation has another, in ${runs} random questions`, { timeout: runs * MS_PER_RUN }, async () => {
    process.stdout.write(`changes: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
    const told = { spared: 0, rows: 0 }
    for (const each of fc.sample(randomCase.filter(isLive), { seed, numRuns: runs })) {
      const { spared, rows } = await check(each)
      told.spared += spared
      told.rows += rows
    }
    process.stdout.write(`changes: ${told.spared} of ${told.rows} rows need no new answer\n`)
    // One that never denies would be right, and of no use.
    expect(told.spared).toBeGreaterThan(0)
  })
})

async function check({ request, segments, world, costs }: RandomCase): Promise<{ readonly spared: number; readonly rows: number }> {
  const { query, variables, tenantId } = request
  const question = { query, variables, tenantId, now: new Date(request.now) }
  const plans: AnalyticsPlan[] = []
  const { errors } = await askAnalytics({ ...question, segments: segmentsOf(segments), onCompiled: ({ plan }) => plans.push(plan) })
  expect(errors).toBeUndefined()
  const touches = plans.map((plan) => mayChange(plan))
  const whole = answerOf({ request, segments, costs, world })
  const own = world.filter((row) => row.tenant_id === tenantId)
  let spared = 0
  for (const row of own) {
    const summary = await summaryOf(row)
    if (touches.some((isTouched) => isTouched === null || isTouched(summary))) continue
    spared += 1
    expect(answerOf({ request, segments, costs, world: world.filter((each) => each !== row) }), JSON.stringify({ row, request, segments })).toEqual(whole)
  }
  return { spared, rows: own.length }
}

function answerOf({ request, segments, world, costs }: Pick<RandomCase, 'request' | 'segments' | 'costs'> & { readonly world: World }): unknown {
  const { query, variables, tenantId } = request
  return JSON.parse(JSON.stringify(referenceAnswer({ query, variables, tenantId, now: new Date(request.now), world, costs, segments }).data))
}

async function summaryOf(row: World[number]): Promise<RowsSummary> {
  const summary = await summarizeRows({ payloads: [zstdCompressSync(`${JSON.stringify(row)}\n`)], rowCount: 1 })
  if (summary === null) throw new Error('One row is not too many.')
  return summary
}
