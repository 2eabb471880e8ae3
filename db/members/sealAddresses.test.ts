import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { withTenant, type PoolClient } from '../pool.ts'
import { createAddressBook } from './addressBook.ts'
import { sealAddresses, sealInvitations } from './sealAddresses.ts'

const pools = openTestPools()
afterAll(pools.close)
const vault = testVault()
const book = createAddressBook({ pool: pools.app, vault })

const within = <Result>(tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> => withTenant(pools.app, tenantId, work)
const sealAll = () => sealAddresses({ worker: pools.worker, app: pools.app, vault })

/** As it was written before addresses were sealed. */
const addPlain = (tenantId: string, email: string, endedAt: Date | null = null): Promise<unknown> =>
  within(tenantId, (client) =>
    client.query(
      "INSERT INTO invitations (tenant_id, id, email, role, token_hash, expires_at, revoked_at) VALUES ($1, $2, $3, 'user', $4, now() + interval '7 days', $5)",
      [tenantId, randomUUID(), email, Buffer.alloc(32), endedAt],
    ),
  )

type Row = { email: string | null; emailSealed: Buffer | null; emailHash: Buffer | null }
const invitationsOf = async (tenantId: string): Promise<readonly Row[]> =>
  within(
    tenantId,
    async (client) =>
      (await client.query<Row>('SELECT email, email_sealed AS "emailSealed", email_hash AS "emailHash" FROM invitations ORDER BY created_at')).rows,
  )
const membersOf = async (tenantId: string) =>
  within(
    tenantId,
    async (client) => (await client.query<{ id: string; hash: Buffer | null }>('SELECT account_id AS id, email_hash AS hash FROM memberships')).rows,
  )
const readAll = async (tenantId: string) => {
  const read = await book.readerFor(tenantId)
  return (await invitationsOf(tenantId)).map(read).toSorted((one, other) => String(one).localeCompare(String(other)))
}
const versionsOf = (rows: readonly Row[]) => rows.map(({ emailSealed }) => emailSealed?.readUInt32BE() ?? null)

it('plain addresses are read as they are until they are sealed, and sealing them again changes nothing', async () => {
  const { tenantId, accounts } = await createTestTenant()
  await addPlain(tenantId, 'ada@example.com')
  await addPlain(tenantId, 'grace@example.com', new Date())
  expect(await readAll(tenantId)).toEqual(['ada@example.com', 'grace@example.com'])
  expect((await membersOf(tenantId)).map(({ hash }) => hash)).toEqual([null, null, null, null])

  // Two workers that start at once, too.
  for (const { failed } of await Promise.all([sealAll(), sealAll()])) expect(failed.map((each) => each.tenantId)).not.toContain(tenantId)
  const sealed = await invitationsOf(tenantId)
  expect(sealed.map(({ email }) => email)).toEqual([null, null])
  expect(await readAll(tenantId)).toEqual(['ada@example.com', 'grace@example.com'])
  const { emailHash } = (await book.sealerFor(tenantId))('ada@example.com')
  expect(sealed.filter((row) => row.emailHash?.equals(emailHash))).toHaveLength(1)
  const hash = await within(tenantId, (client) => vault.hasherFor(client, tenantId))
  const members = await membersOf(tenantId)
  expect(new Map(members.map((member) => [member.id, member.hash?.toString('hex')]))).toEqual(
    new Map(accounts.map(({ accountId, email }) => [accountId, hash(email).toString('hex')])),
  )

  await sealAll()
  expect([await invitationsOf(tenantId), await membersOf(tenantId)]).toEqual([sealed, members])
})

it('a run that is cut short leaves every address readable, and the next one finishes', async () => {
  const { tenantId } = await createTestTenant({ withAccounts: false })
  for (let n = 0; n < 3; n++) await addPlain(tenantId, `guest-${n}@example.com`)
  const cut = within(tenantId, async (client) => {
    await sealInvitations(client, { tenantId, vault })
    await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
  })
  await expect(cut).rejects.toThrow(/terminat/)
  const all = ['guest-0@example.com', 'guest-1@example.com', 'guest-2@example.com']
  expect(versionsOf(await invitationsOf(tenantId))).toEqual([null, null, null])
  expect(await readAll(tenantId)).toEqual(all)
  await sealAll()
  expect(versionsOf(await invitationsOf(tenantId))).toEqual([1, 1, 1])
  expect(await readAll(tenantId)).toEqual(all)
})

it('a new key seals anew and still finds who was invited under the one before; destroyed keys leave nothing, and members get a hash under the next', async () => {
  const { tenantId } = await createTestTenant()
  await addPlain(tenantId, 'ada@example.com')
  await sealAll()
  const before = await invitationsOf(tenantId)
  await within(tenantId, (client) => vault.rotate(client, tenantId))
  await sealAll()
  const after = await invitationsOf(tenantId)
  expect([versionsOf(before), versionsOf(after)]).toEqual([[1], [2]])
  expect(after[0]?.emailHash).toEqual(before[0]?.emailHash)
  expect(await readAll(tenantId)).toEqual(['ada@example.com'])

  const members = await membersOf(tenantId)
  await within(tenantId, (client) => vault.destroy(client, tenantId))
  expect(await readAll(tenantId)).toEqual([null])
  await sealAll()
  expect(await invitationsOf(tenantId)).toEqual(after)
  const rehashed = await membersOf(tenantId)
  for (const { id, hash } of rehashed) {
    expect(hash?.readUInt32BE()).toBe(3)
    expect(hash).not.toEqual(members.find((member) => member.id === id)?.hash)
  }
})

it('an address has the same hash for one tenant alone', async () => {
  const [own, other] = await Promise.all([createTestTenant({ withAccounts: false }), createTestTenant({ withAccounts: false })])
  const hashOf = async ({ tenantId }: { readonly tenantId: string }) => (await book.sealerFor(tenantId))('ada@example.com').emailHash.toString('hex')
  const [first, again, foreign] = [await hashOf(own), await hashOf(own), await hashOf(other)]
  expect(first).toBe(again)
  expect(first).not.toBe(foreign)
})
