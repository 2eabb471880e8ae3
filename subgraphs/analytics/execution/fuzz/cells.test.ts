import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { worldTenants } from './randomWorld.ts'
import { randomCase, type RandomCase } from './randomRequest.ts'
import { openWorldStore, type WorldStore } from './worldStore.ts'
import { cellInputs, cellsOf, referenceUsers, usersBehind, type CellField, type CellInput } from '../testing/cellUsers.ts'
import { checkJourneys, creditedRows } from '../testing/cellJourneys.ts'
import type { Question } from '../testing/askAnalytics.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import type { World } from '../reference/world.ts'
import { segmentsOf } from '../testing/segmentsOf.ts'

/** Each asks for the users of some cells, one statement for each. */
const runs = Math.ceil((inject('fuzzRuns') ?? 150) / 10)
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const CELLS_OF_QUESTION = 4
const MS_PER_RUN = 4_000

let store: WorldStore
beforeAll(() => {
  store = openWorldStore()
})
afterAll(() => store.close())

describe('the users, and the journeys, behind cells of random questions over random worlds', () => {
  it(`are those of the naive calculation, and as many as the answer says, in ${runs} of them`, { timeout: runs * MS_PER_RUN + 60_000 }, async () => {
    process.stdout.write(`cells: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
    await fc.assert(fc.asyncProperty(randomCase, checkCase), { seed, numRuns: runs, endOnFailure: true })
  })
})

type Known = { readonly question: Omit<Question, 'query'>; readonly world: World; readonly segments: readonly ReferenceSegment[] }

/** Of a row and of the totals. */
async function checkRows(input: CellInput, { question, world, segments }: Known): Promise<void> {
  const rows = await creditedRows({ ...question, input })
  for (const [at, row] of [...rows.slice(0, 1), ...rows.slice(-1)].entries())
    await checkJourneys(row, { ...question, input, passes: at % 2 === 0 ? 'all' : 'none' }, { world, segments, first: 50 })
}

const isField = (name: string | undefined): name is CellField => name !== undefined && Object.hasOwn(cellInputs, name)

/** Ordered by what is selected there and not here, and the best of all are not the best of one user: every group is shown, in any order. */
const eachByItself = (input: CellInput): CellInput => ({ ...input, ...('orderBy' in input ? { orderBy: [] } : {}), ...('top' in input ? { top: null } : {}) })

async function checkCase({ world, costs, segments, request }: RandomCase): Promise<void> {
  const [stored] = await store.insert([{ world, costs }], worldTenants)
  if (stored === undefined) throw new Error('The store gives back every world.')
  const tenantId = stored.tenantIds.get(request.tenantId) ?? request.tenantId
  const question = { tenantId, now: new Date(request.now), segments: segmentsOf(segments) }
  for (const [, i, field] of request.query.matchAll(/q(\d+): (\w+)\(/g)) {
    if (!isField(field)) continue
    const input: CellInput = { ...(request.variables[`i${i}`] as CellInput) }
    if (field === 'attribution') await checkRows(input, { question, world: stored.world, segments })
    const asked = { field, input: eachByItself(input), ...question }
    const expected = referenceUsers(asked, { world: stored.world, segments })
    const cells = await cellsOf(asked)
    const step = Math.max(1, Math.ceil(cells.length / CELLS_OF_QUESTION))
    for (const [at, { key, cell, count }] of cells.filter((_each, place) => place % step === 0).entries()) {
      const { ids, totalCount } = await usersBehind(cell, { ...question, passes: at % 2 === 0 ? 'all' : 'none' }, 1_000)
      expect([field, key, ids, totalCount]).toEqual([field, key, expected.get(key) ?? [], String((expected.get(key) ?? []).length)])
      if (count !== null) expect([field, key, ids.length]).toEqual([field, key, count])
    }
  }
}
