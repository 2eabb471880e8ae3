import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { withTenant, type PoolClient } from '#db/pool.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { rewrapDataKeys } from './rewrapDataKeys.ts'
import { createVault, DATA_KEY_DAYS, type Vault } from './vault.ts'

const pools = openTestPools()
afterAll(pools.close)

const secret = (): string => randomBytes(32).toString('hex')
const TEXT = 'ada@example.com'
const COLUMN = 'invitations.email'

const within = <Result>(tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> => withTenant(pools.app, tenantId, work)
const seal = (vault: Vault, tenantId: string, text = TEXT): Promise<Buffer> =>
  within(tenantId, (client) => vault.encryptFor(client, { tenantId, column: COLUMN, text }))
const open = (vault: Vault, tenantId: string, sealed: Buffer): Promise<string | null> =>
  within(tenantId, (client) => vault.decryptFor(client, { tenantId, column: COLUMN, sealed }))

describe('personal data of a tenant', () => {
  const vault = createVault({ current: secret(), previous: null })

  it('is sealed anew each time, holds nothing of the text, and opens again', async () => {
    const tenantId = randomUUID()
    const [first, second] = [await seal(vault, tenantId), await seal(vault, tenantId)]
    expect(first.equals(second)).toBe(false)
    expect(first.includes(TEXT)).toBe(false)
    expect([await open(vault, tenantId, first), await open(vault, tenantId, second)]).toEqual([TEXT, TEXT])
    const long = 'ü'.repeat(100_000)
    expect(await open(vault, tenantId, await seal(vault, tenantId, long))).toBe(long)
    expect(await open(vault, tenantId, await seal(vault, tenantId, ''))).toBe('')
  })

  it('does not open for another tenant, in another column, or when a bit was changed', async () => {
    const [own, other] = [randomUUID(), randomUUID()]
    const sealed = await seal(vault, own)
    await seal(vault, other)
    await expect(open(vault, other, sealed)).rejects.toThrow('another place')
    const opener = await within(own, (client) => vault.openerFor(client, own))
    expect(opener('audit_log.address', sealed)).toBe('damaged')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(opener(COLUMN, changed)).toBe('damaged')
    }
    for (const short of [Buffer.alloc(0), Buffer.alloc(3), sealed.subarray(0, 10)]) expect(opener(COLUMN, short)).toBe('damaged')
  })

  it('has its key in the database wrapped alone, and a stolen wrapping opens for no other tenant', async () => {
    const [own, other] = [randomUUID(), randomUUID()]
    const sealed = await seal(vault, own)
    await seal(vault, other)
    const wrappingOf = (tenantId: string) =>
      within(tenantId, async (client) => (await client.query<{ wrapped: Buffer }>('SELECT wrapped FROM tenant_data_keys')).rows[0]?.wrapped)
    const stolen = await wrappingOf(own)
    expect(stolen).toHaveLength(12 + 16 + 32)
    await within(other, (client) => client.query('UPDATE tenant_data_keys SET wrapped = $1', [stolen]))
    await expect(open(vault, other, sealed)).rejects.toThrow('does not open under DATA_MASTER_KEY')
    await expect(open(createVault({ current: secret(), previous: null }), own, sealed)).rejects.toThrow('does not open under DATA_MASTER_KEY')
  })

  it('gets one first key from many at once', async () => {
    const tenantId = randomUUID()
    const all = await Promise.all(Array.from({ length: 12 }, async () => seal(vault, tenantId)))
    expect(new Set(all.map((sealed) => sealed.readUInt32BE()))).toEqual(new Set([1]))
    for (const sealed of all) expect(await open(vault, tenantId, sealed)).toBe(TEXT)
  })

  it('is under a new key when asked and when the key is old; what was sealed before still opens', async () => {
    let at = new Date('2026-01-01T00:00:00Z')
    const clocked = createVault({ current: secret(), previous: null }, () => at)
    const tenantId = randomUUID()
    const sealed = [await seal(clocked, tenantId)]
    expect(await within(tenantId, (client) => clocked.rotate(client, tenantId))).toBe(2)
    sealed.push(await seal(clocked, tenantId))
    at = new Date(at.getTime() + DATA_KEY_DAYS * 86_400_000 - 1)
    sealed.push(await seal(clocked, tenantId))
    at = new Date(at.getTime() + 1)
    sealed.push(await seal(clocked, tenantId))
    expect(sealed.map((each) => each.readUInt32BE())).toEqual([1, 2, 2, 3])
    for (const each of sealed) expect(await open(clocked, tenantId, each)).toBe(TEXT)
  })

  it('is unreadable for good once the key was destroyed, and what comes after is under a new one', async () => {
    const tenantId = randomUUID()
    const sealed = await seal(vault, tenantId)
    await within(tenantId, (client) => vault.rotate(client, tenantId))
    expect(await within(tenantId, (client) => vault.destroy(client, tenantId))).toBe(2)
    expect(await open(vault, tenantId, sealed)).toBeNull()
    const { rows } = await within(tenantId, (client) => client.query('SELECT wrapped FROM tenant_data_keys'))
    expect(rows).toEqual([{ wrapped: null }, { wrapped: null }])
    const after = await seal(vault, tenantId)
    expect([after.readUInt32BE(), await open(vault, tenantId, after), await open(vault, tenantId, sealed)]).toEqual([3, TEXT, null])
  })

  it('goes over to a new master key while both are known, and needs the old one no more', async () => {
    const [old, next] = [secret(), secret()]
    const before = createVault({ current: old, previous: null })
    const { tenantId } = await createTestTenant({ withAccounts: false })
    const sealed = await seal(before, tenantId)
    const both = createVault({ current: next, previous: old })
    expect(await open(both, tenantId, sealed)).toBe(TEXT)
    expect(await within(tenantId, (client) => both.rewrap(client, tenantId))).toBe(1)
    expect(await within(tenantId, (client) => both.rewrap(client, tenantId))).toBe(0)
    const after = createVault({ current: next, previous: null })
    expect(await open(after, tenantId, sealed)).toBe(TEXT)
    await expect(open(before, tenantId, sealed)).rejects.toThrow('does not open under DATA_MASTER_KEY')
  })

  it('of every tenant is rewrapped in one go, and a key that opens no more holds up none of the others', async () => {
    const [one, two, broken] = await Promise.all([1, 2, 3].map(async () => createTestTenant({ withAccounts: false })))
    const [old, next] = [secret(), secret()]
    const sealed = await Promise.all([one, two].map(async (tenant) => seal(createVault({ current: old, previous: null }), tenant?.tenantId ?? '')))
    await seal(vault, broken?.tenantId ?? '')
    const { versions, failed } = await rewrapDataKeys({ worker: pools.worker, app: pools.app, vault: createVault({ current: next, previous: old }) })
    expect(versions).toBe(2)
    expect(failed.map(({ tenantId }) => tenantId)).toContain(broken?.tenantId)
    const after = createVault({ current: next, previous: null })
    expect(await Promise.all([one, two].map((tenant, index) => open(after, tenant?.tenantId ?? '', sealed[index] ?? Buffer.alloc(0))))).toEqual([TEXT, TEXT])
  })
})
