import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { graphql } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditRecordedSchema, type RecordedAudit } from '#db/audit/recordAudit.ts'
import { createGroup } from '#db/conversions/groups.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { createOrm } from '#db/orm.ts'
import { withTenant } from '#db/pool.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testConversion, testSubmission } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { projectRoot, readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { AUDITED_MUTATIONS, UNAUDITED_MUTATIONS } from '#ops/security/auditedMutations.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import { scopesOf } from '#ops/security/permissions.ts'
import { askAnalytics } from '#subgraphs/analytics/execution/testing/askAnalytics.ts'
import { schema as analytics } from '#subgraphs/analytics/schema.ts'
import { schema as auth } from '#subgraphs/auth/schema.ts'
import { campaignContext } from '#subgraphs/campaign/createContext.ts'
import { schema as campaign } from '#subgraphs/campaign/schema.ts'
import { tenantContext } from '#subgraphs/tenant/createContext.ts'
import { schema as tenant } from '#subgraphs/tenant/schema.ts'

const schemas = { analytics, auth, campaign, tenant } as const
type SubgraphName = keyof typeof schemas

const mutations = Object.entries(schemas).flatMap(([name, schema]) =>
  Object.keys(schema.getMutationType()?.getFields() ?? {}).map((mutation) => [name as SubgraphName, mutation] as const),
)
const textOf = (folders: readonly string[]): string =>
  folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: projectRoot }))
    .filter((file) => !/\.(test|e2e)\.ts$|\/testing\//.test(file))
    .map((file) => readFileSync(join(projectRoot, file), 'utf8'))
    .join('\n')
const shared = textOf(['db'])

// What auth and tenant record of these is written beside this; a name that is taken from here is checked from then on.
const AWAITED: readonly string[] = []

describe('the table of audited mutations', () => {
  it.each(mutations)('of %s knows what %s says of itself, or why it says nothing', (_subgraph, mutation) => {
    const actions = AUDITED_MUTATIONS[mutation]
    const reason = UNAUDITED_MUTATIONS[mutation]
    expect(
      [actions, reason].filter((each) => each !== undefined),
      'name it in ops/security/auditedMutations.ts',
    ).toHaveLength(1)
    if (actions === undefined) expect(reason).toMatch(/^[A-Z].{30,}\.$/)
    else expect(actions.length).toBeGreaterThan(0)
  })

  it.each(mutations)('is kept by the code of %s: it has the words of %s', (subgraph, mutation) => {
    const source = textOf([`subgraphs/${subgraph}`]) + shared
    const missing = (AUDITED_MUTATIONS[mutation] ?? []).filter((action) => !source.includes(`'${action}'`))
    expect(AWAITED.includes(mutation) ? [] : missing).toEqual([])
  })
})

const SEGMENT = '{ did: { event: "purchase" } }'
// Each leaves the tenant as the next one needs it; ID is the id of the segment that was made first, ENTRY that of a conversion, HOOK that of the webhook, SENT
// of what it was sent.
const RUNS: readonly (readonly [SubgraphName, string, readonly string[]])[] = [
  ['campaign', 'mutation { saveCampaign(input: { id: "c", name: "Summer" }) { id } }', ['campaign.created']],
  ['campaign', 'mutation { saveCampaign(input: { id: "c", name: "Winter", channel: "social" }) { id } }', ['campaign.updated']],
  ['campaign', 'mutation { saveCampaign(input: { id: "c", name: "Winter", channel: "social" }) { id } }', []],
  ['campaign', 'mutation { saveAdGroup(id: "g", name: "Group", campaign: "c") { id } }', ['ad_group.created']],
  ['campaign', 'mutation { saveAdGroup(id: "g", name: "Group") { id } }', ['ad_group.updated']],
  ['campaign', 'mutation { saveCreative(id: "r", name: "Film") { id } }', ['creative.created']],
  ['campaign', 'mutation { saveCreative(id: "r", name: "Picture") { id } }', ['creative.updated']],
  ['campaign', 'mutation { savePartner(id: "p", name: "Acme Ads") { id } }', ['partner.created']],
  ['campaign', 'mutation { savePartner(id: "p", name: "Globex Ads") { id } }', ['partner.updated']],
  ['analytics', `mutation { createSegment(input: { name: "Payers", definition: ${SEGMENT} }) { id } }`, ['segment.created']],
  ['analytics', 'mutation { updateSegment(id: "ID", input: { name: "Whales", isFrozen: true }) { id } }', ['segment.updated']],
  ['analytics', 'mutation { updateSegment(id: "ID", input: { name: "Whales" }) { id } }', []],
  ['analytics', 'mutation { deleteSegment(id: "ID") }', ['segment.deleted']],
  ['analytics', 'mutation { sendTestConversion(input: { event: "purchase", partner: "p" }) { id } }', ['test_conversion.sent']],
  ['analytics', 'mutation { createWebhook(input: { url: "https://hooks.example.com/" }) { webhook { id } } }', ['webhook.created']],
  ['analytics', 'mutation { updateWebhook(id: "HOOK", input: { description: "shop", isEnabled: false }) { id } }', ['webhook.updated']],
  ['analytics', 'mutation { updateWebhook(id: "HOOK", input: { description: "shop" }) { id } }', []],
  ['analytics', 'mutation { rotateWebhookSecret(id: "HOOK") { webhook { id } } }', ['webhook.secret_rotated']],
  ['analytics', 'mutation { sendTestWebhook(id: "HOOK") { id } }', ['webhook.tested']],
  ['analytics', 'mutation { redeliverWebhook(deliveryId: "SENT") { id } }', ['webhook.redelivered']],
  ['analytics', 'mutation { deleteWebhook(id: "HOOK") }', ['webhook.deleted']],
  ['analytics', 'mutation { moveConversionGroup(name: "g", to: { position: BEGINNING }) }', ['conversion_group.moved']],
  ['analytics', 'mutation { removeConversionGroup(name: "g") }', ['conversion_group.removed']],
  ['analytics', 'mutation { rejectConversion(id: "ENTRY", reason: "a bot") { ids } }', ['conversion.rejected']],
  ['tenant', 'mutation { setExchangeRates(rates: [{ currency: "EUR", day: "2026-01-01", rate: "1.1" }]) }', ['exchange_rates.set']],
  ['tenant', 'mutation { recordAuditExport(format: "csv", rows: 3) }', ['audit.exported']],
  ['tenant', 'mutation { rotateDataKey }', ['data_key.rotated']],
  ['tenant', 'mutation { destroyPersonalData(confirm: "SLUG") }', ['personal_data.destroyed']],
]

describe('a mutation', () => {
  let pools: TestPools
  let orm: MikroORM
  let own: TestTenant
  const ids = { ID: '', HOOK: '', SENT: '' }
  let entryId = ''
  beforeAll(async () => {
    pools = openTestPools()
    ;[orm, own] = await Promise.all([createOrm(readConfig.campaign().postgres), createTestTenant({ withAccounts: false })])
    const { tenantId } = own
    const group = { tenantId, scope: '', name: 'g', question: '', conditions: [], begun: '', createdBy: null, start: { sequence: 7n, recordedAtMs: 0 } }
    await withTenant(pools.app, tenantId, (client) => createGroup(client, group))
    const submissions = [testSubmission([testConversion({ appId: own.appId })])]
    await commitIngest(pools.app, { vault: testVault(), tenantId, submissions })
    const { rows } = await withTenant(pools.app, tenantId, (client) => client.query<{ id: string }>('SELECT id FROM conversion_log'))
    entryId = rows[0]?.id ?? ''
  })
  afterAll(async () => {
    await Promise.all([orm?.close(), pools?.close()])
  })

  const identity = (): Identity => ({
    ...ANONYMOUS,
    kind: 'account',
    subjectId: own.appId,
    role: 'owner',
    tenantId: own.tenantId,
    tenantSlug: own.slug,
    scopes: scopesOf('owner'),
  })
  async function run(subgraph: SubgraphName, source: string) {
    if (subgraph === 'analytics') return askAnalytics({ tenantId: own.tenantId, query: source, now: new Date(), scopes: scopesOf('owner') })
    const base = { identity: identity(), requestId: 'request-1', log: createLogger({ name: 'test', level: 'silent' }) }
    const http = { clientAddress: '192.0.2.1' }
    if (subgraph === 'campaign') return graphql({ schema: campaign, source, contextValue: campaignContext({ orm })(base, http) })
    const { keyPepper, cursorKey, mailKey, tenancy } = readConfig.tenant()
    const contextValue = tenantContext({ orm, pool: pools.app, dataPool: pools.app, keyPepper, mailKey, vault: testVault(), cursorKey, tenancy })(base, http)
    return graphql({ schema: tenant, source, contextValue })
  }
  /** What was recorded since; it is taken out of the outbox. */
  async function recorded(): Promise<readonly RecordedAudit[]> {
    const { rows } = await pools.worker.query<{ payload: unknown }>('DELETE FROM outbox WHERE aggregate = $1 RETURNING payload', [`audit:${own.tenantId}`])
    return rows.map(({ payload }) => auditRecordedSchema.parse(payload))
  }

  it.each(RUNS)('of %s records what it changes: %s', async (subgraph, document, actions) => {
    const source = document
      .replace(/\b(ID|HOOK|SENT)\b/, (name) => ids[name as keyof typeof ids])
      .replace('SLUG', own.slug)
      .replace('ENTRY', entryId)
    const { data, errors } = await run(subgraph, source)
    expect(errors).toBeUndefined()
    const idOf = (made: unknown): string | null => (typeof made === 'object' && made !== null && 'id' in made ? String(made.id) : null)
    ids.ID = idOf(data?.['createSegment']) ?? ids.ID
    const hook: unknown = data?.['createWebhook']
    if (typeof hook === 'object' && hook !== null && 'webhook' in hook) ids.HOOK = idOf(hook.webhook) ?? ids.HOOK
    const sent = idOf(data?.['sendTestWebhook'])
    if (sent !== null) {
      ids.SENT = sent
      await withTenant(pools.app, own.tenantId, (client) => client.query("UPDATE webhook_deliveries SET status = 'delivered'"))
    }
    const records = await recorded()
    expect(records.map(({ action }) => action)).toEqual(actions)
    for (const record of records) {
      expect(record).toMatchObject({ tenantIds: [own.tenantId], actor: { id: expect.any(String) }, address: expect.any(String), requestId: expect.any(String) })
      const name = source.match(/\{ (\w+)/)?.[1] ?? ''
      expect(AUDITED_MUTATIONS[name]).toContain(record.action)
      // Only what changed is told.
      if (record.before !== null && record.after !== null) expect(Object.keys(record.before)).toEqual(Object.keys(record.after))
    }
  })

  it('that is refused, or fails on the way, records nothing', async () => {
    for (const source of [
      'mutation { updateSegment(id: "00000000-0000-4000-8000-000000000001", input: { name: "x" }) { id } }',
      'mutation { deleteSegment(id: "x") }',
    ])
      expect((await run('analytics', source)).errors).toHaveLength(1)
    expect((await run('tenant', 'mutation { destroyPersonalData(confirm: "globex") }')).errors).toHaveLength(1)
    expect((await run('campaign', 'mutation { saveCampaign(input: { id: "", name: "x" }) { id } }')).errors).toHaveLength(1)
    expect(await recorded()).toEqual([])
  })

  it('of campaign and analytics is among those that were run here, each', () => {
    const wasRun = new Set(RUNS.map(([, document]) => document.match(/\{ (\w+)/)?.[1]))
    const audited = mutations.filter(([name, mutation]) => ['campaign', 'analytics'].includes(name) && AUDITED_MUTATIONS[mutation] !== undefined)
    expect(audited.filter(([, mutation]) => !wasRun.has(mutation))).toEqual([])
  })
})
