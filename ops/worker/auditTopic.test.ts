import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChain } from '#db/audit/chain.ts'
import { readEntries } from '#db/audit/chainRows.ts'
import { AUDIT_RECORDED, recordAudit, type AuditRecord } from '#db/audit/recordAudit.ts'
import { verifyTenant } from '#db/audit/verifyTenant.ts'
import { createVault, type Vault } from '#db/crypto/vault.ts'
import { executorOf } from '#db/outbox/append.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { withTenant, withTransaction } from '#db/pool.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { auditTopic } from './auditTopic.ts'

const log = createLogger({ name: 'worker', level: 'silent' })
const vault = testVault()
const chain = createChain(readConfig.worker().auditKey)
let pools: TestPools
beforeAll(() => {
  pools = openTestPools()
})
afterAll(() => pools?.close())

const recordOf = (tenantIds: readonly string[], change: Partial<AuditRecord> = {}): AuditRecord => ({
  tenantIds,
  actor: { kind: 'account', id: randomUUID() },
  action: 'member.role_changed',
  target: 'member:ada',
  before: { role: 'user' },
  after: { role: 'admin', name: 'Ädä "☃"' },
  address: '192.0.2.7',
  requestId: randomUUID(),
  at: new Date('2026-03-01T12:00:00.123Z'),
  ...change,
})

const recordIn = (tenantId: string, record: AuditRecord) => withTenant(pools.app, tenantId, (client) => recordAudit(executorOf(client), tenantId, record))
const deliver = (aggregate: string, own: Vault = vault): Promise<number> =>
  createRelay({
    pool: pools.worker,
    listenUrl: null,
    topics: { [AUDIT_RECORDED]: auditTopic({ pool: pools.app, vault: own, chain }, log) },
    log,
    aggregates: [aggregate],
  }).drain()
const entriesOf = (tenantId: string) => withTenant(pools.app, tenantId, (client) => readEntries(client, { tenantId, after: 0, limit: 10_000 }))
const verdictOf = (tenantId: string) => verifyTenant({ pool: pools.app, chain, tenantId })
const asOwner = async (statements: readonly (readonly [string, readonly unknown[]])[], tenantId: string): Promise<void> => {
  await withTransaction(pools.owner, async (client) => {
    for (const table of ['audit_log', 'audit_heads']) await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`)
    await client.query("SELECT set_config('app.tenant_id', $1, true), set_config('app.audit_maintenance', 'on', true)", [tenantId])
    for (const [statement, values] of statements) await client.query(statement, [...values])
    for (const table of ['audit_log', 'audit_heads']) await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`)
  })
}

describe('the audit log', () => {
  it('takes what was recorded, in order and without a gap, each record once however often it is delivered', async () => {
    const tenantId = randomUUID()
    for (let n = 0; n < 3; n++) await recordIn(tenantId, recordOf([tenantId], { target: `member:${n}` }))
    const aggregate = `audit:${tenantId}`
    const { rows } = await pools.worker.query<{ payload: unknown }>('SELECT payload FROM outbox WHERE aggregate = $1 ORDER BY id', [aggregate])
    expect(await deliver(aggregate)).toBe(3)
    for (const { payload } of rows)
      await pools.worker.query("INSERT INTO outbox (tenant_id, topic, aggregate, payload) VALUES ($1, 'audit.recorded', $2, $3)", [
        tenantId,
        aggregate,
        payload,
      ])
    expect(await deliver(aggregate)).toBe(3)
    const entries = await entriesOf(tenantId)
    expect(entries.map(({ sequence, target, at }) => [sequence, target, at])).toEqual(
      [0, 1, 2].map((n) => [n + 1, `member:${n}`, '2026-03-01T12:00:00.123000Z']),
    )
    expect(await verdictOf(tenantId)).toEqual({ verified: 3, damage: null })
    // What was delivered is gone: the message held in the clear what the log keeps sealed.
    expect((await pools.worker.query('SELECT FROM outbox WHERE aggregate = $1', [aggregate])).rowCount).toBe(0)
  })

  it('keeps what is personal sealed, and opens it for its own column alone', async () => {
    const tenantId = randomUUID()
    await recordIn(tenantId, recordOf([tenantId]))
    await recordIn(tenantId, recordOf([tenantId], { before: null, after: null, address: null }))
    await deliver(`audit:${tenantId}`)
    const [first, second] = await entriesOf(tenantId)
    const stored = Buffer.concat([first?.before, first?.after, first?.address].map((each) => each ?? Buffer.alloc(0))).toString('latin1')
    for (const text of ['192.0.2.7', 'admin', 'role']) expect(stored).not.toContain(text)
    const open = await withTenant(pools.app, tenantId, (client) => vault.openerFor(client, tenantId))
    expect(open('audit_log.after', first?.after ?? Buffer.alloc(0)).toString()).toBe('{"name":"Ädä \\"☃\\"","role":"admin"}')
    expect(open('audit_log.address', first?.address ?? Buffer.alloc(0)).toString()).toBe('192.0.2.7')
    expect(open('audit_log.before', first?.after ?? Buffer.alloc(0))).toBe('damaged')
    expect([second?.before, second?.after, second?.address]).toEqual([null, null, null])
  })

  it('of each tenant that a record concerns has it in a chain of its own', async () => {
    const [one, two] = [randomUUID(), randomUUID()]
    await recordIn(one, recordOf([one]))
    await deliver(`audit:${one}`)
    const target = `account:${randomUUID()}`
    await withTransaction(pools.auth, (client) => recordAudit(executorOf(client), null, recordOf([one, two], { action: 'account.logged_in', target })))
    expect(await deliver(`audit:${target}`)).toBe(1)
    const [ofOne, ofTwo] = [await entriesOf(one), await entriesOf(two)]
    expect([ofOne.map(({ action }) => action), ofTwo.map(({ action }) => action)]).toEqual([
      ['member.role_changed', 'account.logged_in'],
      ['account.logged_in'],
    ])
    expect(ofOne[1]?.hash.equals(ofTwo[0]?.hash ?? Buffer.alloc(0))).toBe(false)
    expect([(await verdictOf(one)).damage, (await verdictOf(two)).damage]).toEqual([null, null])
  })

  it('has one sequence though many write at once', async () => {
    const tenantId = randomUUID()
    const targets = Array.from({ length: 40 }, (_, n) => `account:${tenantId}-${n}`)
    for (const target of targets)
      await withTransaction(pools.auth, (client) => recordAudit(executorOf(client), null, recordOf([tenantId], { action: 'account.logged_in', target })))
    await Promise.all(targets.map(async (target) => deliver(`audit:${target}`)))
    expect(await verdictOf(tenantId)).toEqual({ verified: 40, damage: null })
  })

  it('only grows: nobody changes it, empties it or sets its head back, the owner neither, but for maintenance', async () => {
    const tenantId = randomUUID()
    await recordIn(tenantId, recordOf([tenantId]))
    await deliver(`audit:${tenantId}`)
    for (const statement of [
      "UPDATE audit_log SET action = 'x.y'",
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
      'DELETE FROM audit_heads',
      'TRUNCATE audit_heads',
    ]) {
      await expect(withTenant(pools.app, tenantId, (client) => client.query(statement))).rejects.toThrow(/permission denied/)
      await expect(pools.owner.query(statement)).rejects.toThrow(/only grows/)
    }
    await expect(withTenant(pools.app, tenantId, (client) => client.query('UPDATE audit_heads SET sequence = 0'))).rejects.toThrow(/only moves forward/)
    const asApp = withTenant(pools.app, tenantId, async (client) => {
      await client.query("SELECT set_config('app.audit_maintenance', 'on', true)")
      await client.query('UPDATE audit_heads SET sequence = 0')
    })
    await expect(asApp).rejects.toThrow(/only moves forward/)
    expect(await verdictOf(tenantId)).toEqual({ verified: 1, damage: null })
  })

  const damages: Readonly<Record<string, readonly string[]>> = {
    'changed 2': ["UPDATE audit_log SET at = at + interval '1 microsecond' WHERE sequence = 2 AND tenant_id = $1"],
    'cut 3': ['DELETE FROM audit_log WHERE sequence = 3 AND tenant_id = $1'],
    'tail missing 5': ['DELETE FROM audit_log WHERE sequence > 4 AND tenant_id = $1'],
    'head changed 4': [
      'DELETE FROM audit_log WHERE sequence > 4 AND tenant_id = $1',
      'UPDATE audit_heads SET sequence = 4, hash = (SELECT hash FROM audit_log WHERE sequence = 4 AND tenant_id = $1) WHERE tenant_id = $1',
    ],
    'reordered 2': [
      'UPDATE audit_log SET sequence = 1000 WHERE sequence = 2 AND tenant_id = $1',
      'UPDATE audit_log SET sequence = 2 WHERE sequence = 3 AND tenant_id = $1',
      'UPDATE audit_log SET sequence = 3 WHERE sequence = 1000 AND tenant_id = $1',
    ],
    'head missing 6': ['DELETE FROM audit_heads WHERE tenant_id = $1'],
  }
  it.each(Object.keys(damages))('shows by the database itself that it is %s', async (expected) => {
    const tenantId = randomUUID()
    for (let n = 0; n < 6; n++) await recordIn(tenantId, recordOf([tenantId]))
    await deliver(`audit:${tenantId}`)
    await asOwner(
      (damages[expected] ?? []).map((statement) => [statement, [tenantId]] as const),
      tenantId,
    )
    const { damage } = await verdictOf(tenantId)
    expect(`${damage?.kind} ${damage?.sequence}`).toBe(expected)
  })

  it('waits for the right master key and loses no record meanwhile', async () => {
    const tenantId = randomUUID()
    await recordIn(tenantId, recordOf([tenantId]))
    await deliver(`audit:${tenantId}`)
    await recordIn(tenantId, recordOf([tenantId]))
    const wrong = createVault({ current: 'another master key', previous: null })
    expect(await deliver(`audit:${tenantId}`, wrong)).toBe(0)
    const { rows } = await pools.worker.query('SELECT attempts, dead_at FROM outbox WHERE aggregate = $1', [`audit:${tenantId}`])
    expect(rows).toEqual([{ attempts: 0, dead_at: null }])
    await pools.worker.query('UPDATE outbox SET available_at = now() WHERE aggregate = $1', [`audit:${tenantId}`])
    expect(await deliver(`audit:${tenantId}`)).toBe(1)
    expect(await verdictOf(tenantId)).toEqual({ verified: 2, damage: null })
  })

  it('whose head was changed takes nothing more, so that no new head hides it; the record waits, and other tenants have it', async () => {
    const [broken, sound] = [randomUUID(), randomUUID()]
    for (let n = 0; n < 3; n++) await recordIn(broken, recordOf([broken]))
    await deliver(`audit:${broken}`)
    await asOwner(
      [
        ['DELETE FROM audit_log WHERE sequence = 3 AND tenant_id = $1', [broken]],
        ['UPDATE audit_heads SET sequence = 2, hash = (SELECT hash FROM audit_log WHERE sequence = 2 AND tenant_id = $1) WHERE tenant_id = $1', [broken]],
      ],
      broken,
    )
    await recordIn(broken, recordOf([broken, sound]))
    expect(await deliver(`audit:${broken}`)).toBe(0)
    expect([(await entriesOf(broken)).length, (await entriesOf(sound)).length]).toEqual([2, 1])
    const { rows } = await pools.worker.query<{ dead_at: Date | null; last_error: string }>('SELECT dead_at, last_error FROM outbox WHERE aggregate = $1', [
      `audit:${broken}`,
    ])
    expect(rows).toEqual([{ dead_at: null, last_error: expect.stringContaining('audit:verify') }])
  })
})
