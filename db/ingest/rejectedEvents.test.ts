import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { readRefusedEvents } from '#db/analytics/arrivals.ts'
import { withTenant } from '#db/pool.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { addRejectedEvents } from './rejectedEvents.ts'
import type { Submission } from './ingestEvent.ts'

const pools = openTestPools()
afterAll(pools.close)
const vault = testVault()

it('rejected rows lie sealed on the disk, are shown as they came, and after the key is destroyed nobody reads them', async () => {
  const tenantId = randomUUID()
  const raws = ['{"email":"ada@example.com"}', '{"userId":"ü"']
  const rejected = raws.map((raw, index) => ({ index, code: 'UNKNOWN_FIELD', path: 'email', message: `email is ${raw}`, raw: Buffer.from(raw) }))
  const submission: Submission = { keyId: randomUUID(), events: [], lines: Buffer.alloc(0), summaries: [], rejected, conversions: [], touches: [] }
  await withTenant(pools.app, tenantId, async (client) => {
    const seal = await vault.sealerFor(client, tenantId)
    await addRejectedEvents(client, { tenantId, submission, seal })
  })
  const { rows } = await withTenant(pools.app, tenantId, (client) => client.query('SELECT t::text AS row FROM rejected_events t'))
  const stored = JSON.stringify(rows)
  for (const raw of raws)
    for (const text of [raw, 'ada@example.com']) for (const form of [text, Buffer.from(text).toString('hex')]) expect(stored).not.toContain(form)

  const read = () => readRefusedEvents(pools.app, { tenantId, first: 10, vault })
  expect((await read()).map(({ raw, message }) => [raw, message])).toEqual(raws.map((raw) => [raw, `email is ${raw}`]).toReversed())
  await withTenant(pools.app, tenantId, (client) => vault.destroy(client, tenantId))
  expect((await read()).map(({ code, raw, message }) => [code, raw, message])).toEqual(raws.map(() => ['UNKNOWN_FIELD', null, null]))
})
