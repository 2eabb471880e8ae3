import { randomUUID } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChain } from '#db/audit/chain.ts'
import { AUDIT_RECORDED, recordAudit } from '#db/audit/recordAudit.ts'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { SealedColumn } from '#db/crypto/vault.ts'
import { copyTenant } from '#db/ingest/copyTenant.ts'
import { executorOf } from '#db/outbox/append.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { openMailRequest, type RequestedMail } from '#db/outbox/requestMail.ts'
import { withTenant } from '#db/pool.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { TABLES } from '#db/tables.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { auditTopic } from '#ops/worker/auditTopic.ts'
import { startTestCollector, type TestCollector } from '#subgraphs/analytics/collector/startTestCollector.ts'
import { askGateway, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const PASSWORD = 'correct horse battery'
const INVITE = 'mutation ($email: String!) { inviteMember(email: $email, role: "user") { id email } }'
const ACCEPT = 'mutation ($token: String!) { acceptInvitation(token: $token) { role } }'
const PREVIEW = 'query ($token: String!) { invitationPreview(token: $token) { email } }'
const REVOKE = 'mutation ($id: ID!) { revokeInvitation(id: $id) { email } }'
const PAGE = '{ members { account { email } role } invitations { id email role } }'

/** Where a person's text may stand in the clear, by table; everything else that finds it is a leak. */
const KNOWN_PLACES: Readonly<Record<string, readonly string[]>> = {
  member: ['accounts'],
  guest: [],
  rejected: [],
  device: [],
  address: [],
}

type Dump = Readonly<Record<string, string>>
type Page = { readonly members: readonly { account: { email: string } }[]; readonly invitations: readonly { id: string; email: string | null }[] }

describe('personal data of a tenant', () => {
  let pools: TestPools
  let platform: TestPlatform
  let collector: TestCollector
  let tenant: TestTenant
  let owner: string
  const mark = randomUUID().slice(0, 8)
  // Of the network of examples, so that no test but this one has it.
  const people = {
    member: `member-${mark}@example.test`,
    guest: `guest-${mark}@example.test`,
    rejected: `rejected-${mark}@example.test`,
    device: randomUUID(),
    address: '198.51.100.77',
  }
  const { mailKey } = readConfig.tenant()
  const config = readConfig.worker()
  const vault = testVault()
  const log = createLogger({ name: 'test', level: 'silent' })

  beforeAll(async () => {
    pools = openTestPools()
    ;[platform, collector, tenant] = await Promise.all([startPlatform(), startTestCollector(), createTestTenant()])
    owner = await logIn(tenant.accounts[0] ?? { email: '', password: '' })
    await happen()
  })
  afterAll(async () => {
    await Promise.all([platform?.close(), collector?.stop()])
    await pools?.close()
  })

  const ask = (query: string, variables: Record<string, unknown> = {}, bearer = owner) => askGateway(platform.gateway.url, { query, variables, bearer })
  const logIn = async (account: { readonly email: string; readonly password: string }): Promise<string> =>
    (await postAuth(platform.gateway.url, 'login', { body: { email: account.email, password: account.password } })).login?.accessToken ?? ''
  const tokenOf = async (email: string): Promise<string> => {
    const { rows } = await pools.worker.query<{ payload: unknown }>(
      "SELECT payload FROM outbox WHERE topic = 'mail.requested' AND tenant_id = $1 ORDER BY id",
      [tenant.tenantId],
    )
    const mail = rows.map(({ payload }): RequestedMail => openMailRequest(payload, mailKey)).findLast(({ to }) => to === email)
    if (mail?.kind !== 'invitation') throw new Error(`No invitation was mailed to ${email}.`)
    return mail.token
  }

  /** Two are invited and one comes; events arrive, one of them with an address where none belongs; and the worker does its part. */
  async function happen(): Promise<void> {
    await provisionAccount(pools, { email: people.member, name: 'Grace', password: PASSWORD, memberships: [] })
    for (const email of [people.member, people.guest]) expect((await ask(INVITE, { email })).codes).toEqual([])
    const accepted = await ask(ACCEPT, { token: await tokenOf(people.member) }, await logIn({ email: people.member, password: PASSWORD }))
    expect(accepted.codes).toEqual([])
    await withTenant(pools.app, tenant.tenantId, (client) =>
      recordAudit(executorOf(client), tenant.tenantId, {
        tenantIds: [tenant.tenantId],
        actor: { kind: 'anonymous', id: null },
        action: 'member.joined',
        target: `member:${tenant.tenantId}`,
        before: null,
        after: { email: people.guest },
        address: people.address,
        requestId: null,
        at: new Date(),
      }),
    )
    const event = { event: 'session', occurredAt: new Date().toISOString() }
    const events = [
      { ...event, eventId: randomUUID(), device: { gaid: people.device } },
      { ...event, eventId: randomUUID(), event: 'purchase', device: { gaid: people.device }, revenue: { amount: '1', currency: 'USD' } },
      { ...event, eventId: randomUUID(), touch: { kind: 'click', channel: 'social' }, device: { gaid: people.device } },
      { ...event, eventId: randomUUID(), userId: 'user-1', email: people.rejected },
    ]
    const answer = await fetch(`${collector.url}/v1/events`, {
      method: 'POST',
      body: JSON.stringify(events),
      headers: { authorization: `Bearer ${tenant.ingestKey}` },
    })
    expect(JSON.parse(await answer.text())).toMatchObject({ accepted: 3, rejected: [{ code: 'UNKNOWN_FIELD' }] })
    await deliver()
  }
  async function copy(): Promise<void> {
    const verifier = createClickHouse(config.verifyClickhouse)
    const targets = { pool: pools.app, clickhouse: config.clickhouse, verifier, tenantSecret: config.tenantSecret }
    await copyTenant(targets, tenant.tenantId).finally(() => verifier.close())
  }
  // What accounts recorded of themselves is in messages of no tenant.
  async function deliver(): Promise<void> {
    const { rows } = await pools.worker.query<{ aggregate: string }>(
      "SELECT DISTINCT aggregate FROM outbox WHERE topic = $1 AND payload->'tenantIds' ? $2 AND delivered_at IS NULL",
      [AUDIT_RECORDED, tenant.tenantId],
    )
    const audit = { pool: pools.app, vault, chain: createChain(config.auditKey) }
    const topics = { [AUDIT_RECORDED]: auditTopic(audit, log) }
    await createRelay({ pool: pools.worker, listenUrl: null, topics, log, aggregates: rows.map(({ aggregate }) => aggregate) }).drain()
  }

  /** Every column of every row as text: tenant tables as the tenant sees them, the others whole, and the tenant's rows in ClickHouse. */
  async function dump(): Promise<Dump> {
    const all: Record<string, string> = {}
    const { rows: columns } = await pools.owner.query<{ table: string; names: string[] }>(
      `SELECT table_name AS table, array_agg(column_name::text) AS names FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1`,
    )
    for (const { table, names } of columns) {
      const kind = TABLES[table]
      if (kind === undefined || kind === 'bookkeeping') continue
      const select = `SELECT ${names.map((name) => `"${name}"::text`).join(', ')} FROM ${table}`
      const { rows } =
        kind === 'tenant'
          ? await withTenant(pools.app, tenant.tenantId, (client) => client.query<object>(select))
          : await pools[kind === 'global' ? 'auth' : 'worker'].query<object>(select)
      all[table] = JSON.stringify(rows)
      // A batch waits for its copy compressed, where no text is found.
      if (table === 'ingest_batches') all[table] += await unpackedBatches()
    }
    const clickhouse = openTestClickHouse('migrate')
    const { database } = readConfig.owner().clickhouse
    try {
      const list = await clickhouse.query({
        query: `SELECT DISTINCT table FROM system.columns WHERE database = {database:String} AND name = 'tenant_id'`,
        query_params: { database },
        format: 'JSONEachRow',
      })
      for (const { table } of await list.json<{ table: string }>())
        all[`clickhouse ${table}`] = await (
          await clickhouse.query({
            query: `SELECT * FROM ${database}.${table} WHERE tenant_id = {tenant:UUID}`,
            query_params: { tenant: tenant.tenantId },
            format: 'JSONEachRow',
          })
        ).text()
    } finally {
      await clickhouse.close()
    }
    return all
  }
  const formsOf = (text: string): readonly string[] => [text, text.replaceAll('-', ''), Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64')]
  const placesOf = (all: Dump, text: string): readonly string[] =>
    Object.entries(all)
      .filter(([, rows]) => formsOf(text).some((form) => rows.toLowerCase().includes(form.toLowerCase())))
      .map(([table]) => table)

  async function unpackedBatches(): Promise<string> {
    const { rows } = await withTenant(pools.app, tenant.tenantId, (client) => client.query<{ payload: Buffer }>('SELECT payload FROM ingest_batches'))
    return rows.map(({ payload }) => zstdDecompressSync(payload).toString()).join('')
  }
  function expectKnownPlaces(all: Dump): void {
    for (const [who, places] of Object.entries(KNOWN_PLACES)) expect([who, placesOf(all, people[who as keyof typeof people])]).toEqual([who, places])
  }

  it('stands nowhere in the clear but where it is said to, before events are copied and after', async () => {
    const waiting = await dump()
    expect(waiting['ingest_batches']).toContain('"user_id":"device:')
    expectKnownPlaces(waiting)
    await copy()
    const all = await dump()
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['memberships', 'invitations', 'audit_log', 'rejected_events', 'outbox', 'clickhouse events']))
    expect(all['clickhouse events']).toContain(tenant.tenantId)
    expect(JSON.parse(all['rejected_events'] ?? '[]')).toHaveLength(1)
    expectKnownPlaces(all)
  })

  it('is read by those who may while the key is there', async () => {
    const AUDIT = 'query ($text: String!) { auditLog(first: 10, where: { text: $text }) { nodes { address } } }'
    expect((await ask(AUDIT, { text: people.address })).data).toEqual({ auditLog: { nodes: [{ address: people.address }] } })
    const { members, invitations } = (await ask(PAGE)).data as unknown as Page
    expect(members.map(({ account }) => account.email)).toContain(people.member)
    expect(invitations.map(({ email }) => email)).toEqual([people.guest])
    for (const email of [people.member, people.guest]) expect((await ask(INVITE, { email })).codes).toEqual(['CONFLICT'])
    expect((await ask(PREVIEW, { token: await tokenOf(people.guest) })).data?.['invitationPreview']).toEqual({ email: people.guest })
  })

  it('is found and read under a new key as under the one before, and sealed under it at once', async () => {
    expect((await ask('mutation { rotateDataKey }')).data).toEqual({ rotateDataKey: 2 })
    const { rows } = await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query<{ sealed: Buffer }>('SELECT email_sealed AS sealed FROM invitations'),
    )
    expect(rows.map(({ sealed }) => sealed.readUInt32BE())).toEqual([2, 2])
    expect((await ask(INVITE, { email: people.guest })).codes).toEqual(['CONFLICT'])
    expect(((await ask(PAGE)).data as unknown as Page).invitations.map(({ email }) => email)).toEqual([people.guest])
  })

  it('is unreadable for good once the owner has destroyed it, and the page of members goes on', async () => {
    await deliver()
    await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query(
        "INSERT INTO invitations (tenant_id, id, email, role, token_hash, expires_at) VALUES ($1, $2, 'plain@example.test', 'user', $3, now() + interval '1 day')",
        [tenant.tenantId, randomUUID(), Buffer.alloc(32)],
      ),
    )
    await withTenant(pools.app, tenant.tenantId, (client) => client.query("UPDATE tenants SET device_key = 'common'"))
    const token = await tokenOf(people.guest)
    const sealed = await sealedValues()
    expect(sealed.length).toBeGreaterThan(10)
    expect((await ask('mutation ($slug: String!) { destroyPersonalData(confirm: $slug) }', { slug: tenant.slug })).codes).toEqual([])

    const open = await withTenant(pools.app, tenant.tenantId, (client) => vault.openerFor(client, tenant.tenantId))
    for (const { column, value } of [...sealed, ...(await sealedValues())]) expect([column, open(column, value)]).toEqual([column, 'destroyed'])
    const after = await dump()
    expect(placesOf(after, 'plain@example.test')).toEqual([])
    // What comes from its devices now is under a key that can be destroyed again.
    expect(after['tenants']).toContain('"own"')

    const answer = await ask(PAGE)
    expect(answer.codes).toEqual([])
    const { members, invitations } = answer.data as unknown as Page
    // The address that somebody logs in with is the account's own, and no tenant's to destroy.
    expect(members.map(({ account }) => account.email)).toContain(people.member)
    expect(invitations.map(({ email }) => email)).toEqual([null, null])
    expect((await ask(PREVIEW, { token })).errors?.[0]).toMatchObject({ extensions: { code: 'INVITATION_INVALID' } })
    expect((await ask(ACCEPT, { token }, await logIn({ email: people.member, password: PASSWORD }))).codes).toEqual(['INVITATION_INVALID'])
    // What nobody can read makes no room needed: the same address is invited anew, and the old one is taken back.
    expect((await ask(INVITE, { email: people.guest })).codes).toEqual([])
    for (const { id } of invitations) expect((await ask(REVOKE, { id })).data).toEqual({ revokeInvitation: { email: null } })
    expect(((await ask(PAGE)).data as unknown as Page).invitations.map(({ email }) => email)).toEqual([people.guest])
  })

  /** All that is sealed under the tenant's keys now. */
  async function sealedValues(): Promise<readonly { readonly column: SealedColumn; readonly value: Buffer }[]> {
    const { rows } = await withTenant(pools.app, tenant.tenantId, (client) =>
      client.query<{ column: SealedColumn; value: Buffer }>(
        `SELECT 'audit_log.before' AS column, before AS value FROM audit_log WHERE before IS NOT NULL
         UNION ALL SELECT 'audit_log.after', after FROM audit_log WHERE after IS NOT NULL
         UNION ALL SELECT 'audit_log.address', address FROM audit_log WHERE address IS NOT NULL
         UNION ALL SELECT 'rejected_events.raw', raw FROM rejected_events
         UNION ALL SELECT 'rejected_events.message', sealed_message FROM rejected_events
         UNION ALL SELECT 'invitations.email', email_sealed FROM invitations WHERE email_sealed IS NOT NULL`,
      ),
    )
    return rows
  }
})
