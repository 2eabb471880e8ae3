import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { readConfig } from '#ops/config.ts'
import { firstDifference } from '../../execution/reference/compareAnswers.ts'
import { referenceAnswer } from '../../execution/reference/answer.ts'
import { send } from '../../execution/runQuery.ts'
import { askAnalytics } from '../../execution/testing/askAnalytics.ts'
import { caseSegments } from '../../execution/testing/caseSegments.ts'
import { CASE_NOW, storeCaseWorld } from '../../execution/testing/caseWorld.ts'
import { segmentsOf } from '../../execution/testing/segmentsOf.ts'
import type { BoundQuery } from '../bound.ts'
import type { Compiled } from '../compile.ts'
import { describePlan } from '../plan/describe.ts'

// A case is four files side by side: the question, and what is stored of its plan, its statement and its answer. Adding one is adding the
// question; `npx vitest run -u` with the engines up writes the rest.
const folder = new URL('./', import.meta.url)
const names = readdirSync(folder).filter((file) => file.endsWith('.graphql')).map((file) => basename(file, '.graphql'))
const { clickhouse, tenantSecret } = readConfig.analytics()
const client = createClickHouse(clickhouse)

let tenantId: string
let world: readonly StoredEvent[]
let costs: readonly StoredCost[]
beforeAll(async () => {
  const stored = await storeCaseWorld()
  tenantId = stored.tenantId
  world = stored.world
  costs = stored.costs
  return () => client.close()
})

describe.each(names)('%s', (name) => {
  const query = readFileSync(new URL(`${name}.graphql`, folder), 'utf8')
  const file = (extension: string) => `./${name}.${extension}`
  const withoutTenant = (text: string) => text.replaceAll(tenantId, 'TENANT')

  async function ask(passes: 'all' | 'none') {
    const compiled: Compiled<BoundQuery>[] = []
    const { data, errors } = await askAnalytics({ query, tenantId, now: CASE_NOW, passes, segments: segmentsOf(caseSegments), onCompiled: (each) => compiled.push(each) })
    expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
    const [only] = compiled
    if (only === undefined || compiled.length > 1) throw new Error('A case asks one question.')
    return { data, compiled: only }
  }

  // Both tests look at the same answer.
  let asked: ReturnType<typeof ask> | null = null
  const answer = () => (asked ??= ask('all'))

  test('has the stored plan, statement and rows, and ClickHouse accepts the statement', async () => {
    const { data, compiled } = await answer()
    await expect(withoutTenant(`${describePlan(compiled.plan)}\n`)).toMatchFileSnapshot(file('plan.txt'))
    const statements = [compiled, ...(compiled.journeys === null ? [] : [compiled.journeys])]
    const text = statements.map(({ sql, parameters }) => `${sql}\n${parameters.map(({ name: parameter, type, value }) => `-- ${parameter} ${type} = ${JSON.stringify(value)}`).join('\n')}\n`)
    await expect(withoutTenant(text.join('\n'))).toMatchFileSnapshot(file('sql'))
    await expect(`${JSON.stringify(data, null, 1)}\n`).toMatchFileSnapshot(file('rows.json'))
    for (const statement of statements) {
      const explained = await send({ clickhouse: client, tenantSecret }, { ...statement, prefix: 'EXPLAIN ' }, { tenantId })
      expect(explained.rows.length).toBeGreaterThan(0)
    }
  })

  test('has the rows of the naive calculation, with every pass on and off', async () => {
    const expected = referenceAnswer({ query, variables: {}, tenantId, now: CASE_NOW, world, costs, segments: caseSegments })
    expect(firstDifference(expected, (await answer()).data)).toBeNull()
    expect(firstDifference(expected, (await ask('none')).data)).toBeNull()
  })
})
