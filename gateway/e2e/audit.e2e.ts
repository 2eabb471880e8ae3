import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendAudit } from '#db/audit/appendAudit.ts'
import { createChain } from '#db/audit/chain.ts'
import { AUDIT_RECORDED, auditRecordedSchema } from '#db/audit/recordAudit.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { projectRoot, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { auditTopic } from '#ops/worker/auditTopic.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const LOG = `query ($first: Int!, $after: Cursor, $where: AuditFilter) { auditLog(first: $first, after: $after, where: $where) {
  nodes { sequence at actor { kind id account { id name } } action target before after address note requestId proof { hash previousHash headSeal } }
  pageInfo { hasNextPage endCursor } } }`
const SAVE = 'mutation ($input: SaveCampaignInput!) { saveCampaign(input: $input) { id } }'
const RATES = 'mutation { setExchangeRates(rates: [{ currency: "EUR", day: "2026-01-01", rate: "1.1" }, { currency: "CHF", day: "2026-02-01", rate: "1.2" }]) }'

type Entry = {
  readonly sequence: number
  readonly actor: { readonly kind: string; readonly id: string | null; readonly account: { readonly id: string; readonly name: string | null } | null }
  readonly action: string
  readonly target: string
  readonly before: unknown
  readonly after: unknown
  readonly address: string | null
  readonly note: string | null
  readonly requestId: string | null
  readonly proof: { readonly hash: string; readonly previousHash: string; readonly headSeal: string | null }
}
type Page = { readonly nodes: readonly Entry[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } }

const run = promisify(execFile)
const log = createLogger({ name: 'test', level: 'silent' })

describe('the audit log of a tenant', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: string
  let acme: TestTenant
  let tokens: Readonly<Record<string, string>>
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'umg-audit-'))
    pools = openTestPools()
    ;[platform, acme] = await Promise.all([startPlatform(), createTestTenant()])
    url = platform.gateway.url
    const logins = acme.accounts.map(async ({ role, email, password }) => {
      const { login } = await postAuth(url, 'login', { body: { email, password } })
      return [role, login?.accessToken ?? ''] as const
    })
    tokens = Object.fromEntries(await Promise.all(logins))
    for (const budget of ['1.50', '2.00', '2.0'])
      await ask(SAVE, { input: { id: 'summer', name: 'Sömmer ☀, "2026"', budget: { amount: budget, currency: 'EUR' }, partner: '=1+1' } }, 'admin')
    await ask(RATES, {}, 'owner')
    await deliver()
  })
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const bearerOf = (who: string): string => tokens[who] ?? who
  const ask = async (query: string, variables: Readonly<Record<string, unknown>>, who: string) => {
    const answer = await askGateway(url, { query, variables, bearer: bearerOf(who) })
    if (answer.codes.length > 0) throw new Error(answer.text)
    return answer
  }
  const page = async (variables: { readonly first?: number; readonly after?: string | null; readonly where?: object }, who = 'admin'): Promise<Page> =>
    fieldOf(await ask(LOG, { first: 50, ...variables }, who), 'auditLog') as Page
  const deliver = () => {
    const audit = { pool: pools.app, vault: testVault(), chain: createChain(readConfig.worker().auditKey) }
    return createRelay({
      pool: pools.worker,
      listenUrl: null,
      topics: { [AUDIT_RECORDED]: auditTopic(audit, log) },
      log,
      aggregates: [`audit:${acme.tenantId}`],
    }).drain()
  }
  const download = async (format: string, who = 'admin') => {
    const response = await fetch(`${url}/api/audit/export?format=${format}`, { headers: { authorization: `Bearer ${bearerOf(who)}` } })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const verify = async (...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> => {
    const command = run(process.execPath, ['--disable-warning=ExperimentalWarning', join(projectRoot, 'ops/audit/server.ts'), ...args])
    return command.then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, text: `${error.stdout}${error.stderr}` }),
    )
  }
  const fileOf = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }

  it('says who did what from where, newest first, each change with what changed alone', async () => {
    const { nodes, pageInfo } = await page({})
    const account = acme.accounts.find(({ role }) => role === 'admin')
    expect(nodes.map(({ sequence, action, target }) => [sequence, action, target])).toEqual([
      [3, 'exchange_rates.set', `tenant:${acme.tenantId}`],
      [2, 'campaign.updated', 'campaign:summer'],
      [1, 'campaign.created', 'campaign:summer'],
    ])
    // The third saving changed nothing: 2.0 is 2.00.
    expect(nodes[1]).toMatchObject({
      actor: { kind: 'ACCOUNT', id: account?.accountId, account: { id: account?.accountId } },
      before: { budget: { amount: '1.5', currency: 'EUR' } },
      after: { budget: { amount: '2', currency: 'EUR' } },
      address: '127.0.0.1',
      note: null,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(nodes[0]?.after).toEqual({ count: 2, rates: ['EUR 2026-01-01 1.1', 'CHF 2026-02-01 1.2'] })
    expect(nodes.map(({ proof }) => proof.headSeal === null)).toEqual([false, true, true])
    expect(nodes[0]?.proof.previousHash).toBe(nodes[1]?.proof.hash)
    expect(pageInfo.hasNextPage).toBe(false)
  })

  it('is paged by cursors of this very question, and searched in what is sealed too', async () => {
    const first = await page({ first: 2 })
    expect([first.nodes.map(({ sequence }) => sequence), first.pageInfo.hasNextPage]).toEqual([[3, 2], true])
    const second = await page({ first: 2, after: first.pageInfo.endCursor })
    expect([second.nodes.map(({ sequence }) => sequence), second.pageInfo.hasNextPage]).toEqual([[1], false])
    const other = await askGateway(url, {
      query: LOG,
      variables: { first: 2, after: first.pageInfo.endCursor, where: { action: 'key.' } },
      bearer: tokens['admin'],
    })
    expect(other.codes).toEqual(['BAD_CURSOR'])

    const found = async (where: object) => (await page({ where })).nodes.map(({ sequence }) => sequence)
    const owner = acme.accounts.find(({ role }) => role === 'owner')
    expect(await found({ action: 'campaign.' })).toEqual([2, 1])
    expect(await found({ actor: owner?.accountId })).toEqual([3])
    expect(await found({ target: 'campaign:summer', text: 'SÖMMER' })).toEqual([1])
    expect(await found({ text: 'chf' })).toEqual([3])
    expect(await found({ text: '127.0.0.1' })).toEqual([3, 2, 1])
    expect(await found({ text: 'nowhere' })).toEqual([])
    expect(await found({ from: new Date(Date.now() + 3_600_000).toISOString() })).toEqual([])
    expect(await found({ to: new Date(Date.now() + 3_600_000).toISOString() })).toEqual([3, 2, 1])
    for (const bad of [{ first: 0 }, { first: 201 }, { where: { actor: 'somebody' } }, { where: { text: '' } }])
      expect((await askGateway(url, { query: LOG, variables: { first: 1, ...bad }, bearer: tokens['admin'] })).codes).toEqual(['BAD_USER_INPUT'])
  })

  it('is for admins and owners, and of their own tenant alone', async () => {
    for (const bearer of [tokens['user'], tokens['viewer'], acme.apiKey])
      expect((await askGateway(url, { query: LOG, variables: { first: 1 }, bearer })).codes).toEqual(['FORBIDDEN'])
    expect((await askGateway(url, { query: LOG, variables: { first: 1 } })).codes).toEqual(['UNAUTHENTICATED'])
    expect([(await download('csv', 'viewer')).status, (await download('csv', 'nonsense')).status, (await download('xml')).status]).toEqual([403, 401, 400])
    const globex = await createTestTenant()
    const { email, password } = globex.accounts[0] ?? {}
    const { login } = await postAuth(url, 'login', { body: { email, password } })
    const foreign = await page({}, login?.accessToken ?? '')
    expect(foreign.nodes.filter(({ action }) => action.startsWith('campaign.') || action.startsWith('exchange_rates.'))).toEqual([])
    const cursor = (await page({ first: 1 })).pageInfo.endCursor
    const stolen = await askGateway(url, { query: LOG, variables: { first: 1, after: cursor }, bearer: login?.accessToken })
    expect(stolen.codes).toEqual(['BAD_CURSOR'])
  })

  it.each(['csv', 'ndjson'])('is exported as %s, and the file can be verified', async (format) => {
    const { status, headers, text } = await download(format)
    expect([status, headers.get('content-disposition'), headers.get('cache-control')]).toEqual([
      200,
      `attachment; filename="audit-${acme.slug}.${format}"`,
      'no-store',
    ])
    expect(text).toContain('campaign.created')
    const sound = await verify('--file', fileOf(`log.${format}`, text))
    expect(sound.text).toMatch(/✓ .*3 entries verified\n✓ .*has entry 3.*\n✓ What stands in the clear is what was sealed/)
    expect(sound.code).toBe(0)

    const lines = text.trimEnd().split(/\r?\n/)
    const end = format === 'csv' ? 1 : 0
    const changes: Readonly<Record<string, string>> = {
      changed: text.replace('campaign.updated', 'campaign.created'),
      clear: text.replace('127.0.0.1', '127.0.0.2'),
      cut: lines.toSpliced(-2, 1).join('\n'),
      newest: lines.toSpliced(end, 1).join('\n'),
    }
    for (const [name, changed] of Object.entries(changes)) {
      const { code, text: said } = await verify('--file', fileOf(`${name}.${format}`, changed))
      expect([name, code, /✗/.test(said)], said).toEqual([name, 1, true])
    }
  })

  it('says of each export who took how much of it, and of none that was refused', async () => {
    const other = await createTestTenant()
    const [owner, , , viewer] = await Promise.all(
      other.accounts.map(async ({ email, password }) => (await postAuth(url, 'login', { body: { email, password } })).login?.accessToken ?? ''),
    )
    const exported = async () => {
      const { rows } = await pools.worker.query<{ payload: unknown }>(
        "SELECT payload FROM outbox WHERE tenant_id = $1 AND payload->>'action' = 'audit.exported' ORDER BY id",
        [other.tenantId],
      )
      return rows.map(({ payload }) => auditRecordedSchema.parse(payload))
    }
    expect([(await download('csv', viewer)).status, (await download('xml', owner)).status]).toEqual([403, 400])
    expect(await exported()).toEqual([])
    expect([(await download('csv', owner)).status, (await download('ndjson', owner)).status]).toEqual([200, 200])
    const accountId = other.accounts[0]?.accountId
    expect(await exported()).toMatchObject([
      { actor: { kind: 'account', id: accountId }, target: `tenant:${other.tenantId}`, after: { format: 'csv', filter: null, rows: 0 }, address: '127.0.0.1' },
      { actor: { kind: 'account', id: accountId }, after: { format: 'ndjson', filter: null, rows: 0 } },
    ])
    // No client can say so itself.
    const { codes } = await askGateway(url, { query: 'mutation { recordAuditExport(format: "csv", rows: 1) }', bearer: owner })
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('gives a spreadsheet no formula', async () => {
    const cells = (await download('csv')).text.split(/,|\r\n/)
    expect(cells.filter((cell) => /^"?[=+@-]/.test(cell))).toEqual([])
  })

  it('is exported and verified page by page when it is long', async () => {
    const long = await createTestTenant()
    const { email, password } = long.accounts[0] ?? {}
    const { login } = await postAuth(url, 'login', { body: { email, password } })
    const targets = { pool: pools.app, vault: testVault(), chain: createChain(readConfig.worker().auditKey) }
    const records = Array.from({ length: 1_050 }, (_, n) => ({
      id: randomUUID(),
      tenantIds: [long.tenantId],
      actor: { kind: 'system' as const, id: null },
      action: 'key.created',
      target: `key:${n}`,
      before: null,
      after: { n },
      address: null,
      requestId: null,
      at: new Date().toISOString(),
    }))
    await appendAudit(targets, long.tenantId, records)
    const { text } = await download('ndjson', login?.accessToken)
    const sequences = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sequence: number }).sequence)
    const last = sequences[0] ?? 0
    expect(last).toBeGreaterThanOrEqual(1_050)
    expect(sequences).toEqual(Array.from({ length: last }, (_, index) => last - index))
    expect(await verify('--tenant', long.slug)).toEqual({ code: 0, text: `✓ ${long.slug}: ${last} entries verified\n` })
    expect((await verify('--file', fileOf('long.ndjson', text))).code).toBe(0)
    // A text that stands in one of the oldest entries alone is found behind as many pages as it takes.
    const { nodes } = fieldOf(await ask(LOG, { first: 1, where: { text: '{"n":7}' } }, login?.accessToken ?? ''), 'auditLog') as Page
    expect(nodes.map(({ target }) => target)).toEqual(['key:7'])
  })

  it('is verified by a command, which ends with 1 when something is wrong', async () => {
    expect(await verify('--tenant', acme.slug)).toEqual({ code: 0, text: `✓ ${acme.slug}: 3 entries verified\n` })
    expect(await verify('--tenant', 'nobody')).toEqual({ code: 1, text: 'There is no tenant nobody.\n' })
    expect(await verify('--file', fileOf('other.csv', 'a,b\n1,2\n'))).toMatchObject({ code: 1, text: expect.stringMatching(/^✗/) })
  })

  it('stays and verifies when the owner destroys the personal data, which nobody reads any more', async () => {
    const DESTROY = 'mutation ($slug: String!) { destroyPersonalData(confirm: $slug) }'
    expect((await askGateway(url, { query: DESTROY, variables: { slug: acme.slug }, bearer: tokens['admin'] })).codes).toEqual(['FORBIDDEN'])
    expect((await askGateway(url, { query: DESTROY, variables: { slug: 'globex' }, bearer: tokens['owner'] })).codes).toEqual(['BAD_USER_INPUT'])
    expect((await ask('mutation { rotateDataKey }', {}, 'owner')).data).toEqual({ rotateDataKey: 2 })
    await deliver()
    expect((await ask(DESTROY, { slug: acme.slug }, 'owner')).data).toEqual({ destroyPersonalData: true })
    await deliver()
    const { nodes } = await page({})
    expect(nodes.map(({ action, before, after, address, note }) => [action, before, after, address, note !== null])).toEqual([
      ['personal_data.destroyed', { dataKeys: 2 }, null, '127.0.0.1', false],
      ['data_key.rotated', null, null, null, true],
      // What the tests before took away.
      ['audit.exported', null, null, null, true],
      ['audit.exported', null, null, null, true],
      ['audit.exported', null, null, null, true],
      ['exchange_rates.set', null, null, null, true],
      ['campaign.updated', null, null, null, true],
      ['campaign.created', null, null, null, true],
    ])
    expect(nodes[1]?.note).toMatch(/was destroyed with the key/)
    expect(await verify('--tenant', acme.slug)).toEqual({ code: 0, text: `✓ ${acme.slug}: 8 entries verified\n` })
    const { code, text } = await verify('--file', fileOf('destroyed.csv', (await download('csv')).text))
    expect([code, text]).toEqual([0, expect.stringContaining('of 7 the key was destroyed')])
  })
})
