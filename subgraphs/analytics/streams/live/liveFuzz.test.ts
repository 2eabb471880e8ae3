import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { randomCase, type RandomCase } from '../../execution/fuzz/randomRequest.ts'
import { worldTenants } from '../../execution/fuzz/randomWorld.ts'
import { openWorldStore, type WorldStore } from '../../execution/fuzz/worldStore.ts'
import { segmentsOf } from '../../execution/testing/segmentsOf.ts'
import { openLiveAnalytics, reader } from './testing/liveAnalytics.ts'
import { createManualClock } from './testing/manualClock.ts'

const runs = Math.ceil((inject('fuzzRuns') ?? 150) / 40)
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const BATCHES = 3
const STEP_MS = 300
const MS_PER_RUN = 20_000

const isLive = ({ request }: RandomCase): boolean => /^query \(\$i0: (Metrics|Cohorts|Funnel|Attribution)Input!\)/.test(request.query)

let store: WorldStore
beforeAll(() => {
  store = openWorldStore()
})
afterAll(() => store?.close())

describe('random live queries over random worlds', () => {
  it(`${runs} of them have the query’s answer after each of ${BATCHES} batches`, { timeout: runs * MS_PER_RUN }, async () => {
    process.stdout.write(`live fuzz: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
    for (const each of fc.sample(randomCase.filter(isLive), { seed, numRuns: runs })) await check(each)
  })
})

async function check({ request, segments, world, costs }: RandomCase): Promise<void> {
  const [stored] = await store.insert([{ world: [], costs }], worldTenants)
  const tenantId = stored?.tenantIds.get(request.tenantId)
  if (tenantId === undefined) throw new Error('The world has the tenant that is asked about.')
  const clock = createManualClock(request.now)
  const analytics = openLiveAnalytics(clock, { segments: segmentsOf(segments) })
  try {
    const { query, variables } = request
    const identity = reader(tenantId)
    const watcher = await analytics.watch({ query: query.replace(/^query/, 'subscription'), variables, identity })
    let newest: unknown = null
    const following = (async () => {
      for (let event = await watcher.next(); event !== null; event = await watcher.next()) newest = lasting(event)
    })()
    const rows = world.filter((row) => row.tenant_id === request.tenantId).map((row) => ({ ...row, tenant_id: tenantId }))
    const size = Math.ceil(rows.length / BATCHES)
    for (let from = 0; from <= rows.length; from += Math.max(1, size)) {
      if (from > 0) await analytics.store(tenantId, rows.slice(from - size, from))
      const isEqual = async (): Promise<boolean> => {
        clock.pass(STEP_MS)
        return JSON.stringify(newest) === JSON.stringify(lasting(await analytics.ask({ query, variables, identity })))
      }
      await expect.poll(isEqual, { timeout: MS_PER_RUN, interval: 20, message: JSON.stringify({ request, segments }) }).toBe(true)
    }
    await watcher.leave()
    await following
  } finally {
    await analytics.close()
  }
}

const VOLATILE: ReadonlySet<string> = new Set(['cell', 'info'])

/** Without what is another each time: cells, and how the answer was made. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, each]) => (VOLATILE.has(name) ? [] : [[name, lasting(each)]])))
}
