import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '#ops/config.ts'
import { parseKey, type KeyText } from '#ops/security/keys.ts'
import { findKey } from './access/verifyKey.ts'
import { findIn } from './analytics/segments.ts'
import { findEntries } from './conversions/findEntries.ts'
import { LOG_START, readEntriesAt, readLogIn } from './conversions/readLog.ts'
import { findTouches } from './conversions/recentTouches.ts'
import { Campaign } from './entities/campaign/Campaign.ts'
import { createOrm, type OrmOptions } from './orm.ts'
import { setGate } from './moving/place.ts'
import { createPool, withSettings, withTenant, withTransaction, type PoolClient } from './pool.ts'
import { TABLES } from './tables.ts'
import { inTenant, type MikroORM } from './tenantScope.ts'
import { createTestTenant, type TestTenant } from './testing/createTestTenant.ts'
import { testConversion } from './testing/testConversions.ts'
import { openTestPools } from './testing/testPools.ts'
import { settleAttempts, takeDue } from './webhooks/attempts.ts'
import { findWebhook } from './webhooks/endpoints.ts'

const pools = openTestPools()
const { ownerUrl, appUrl } = readConfig.owner()
const tenantTables = Object.keys(TABLES).filter((name) => TABLES[name] === 'tenant')
const columnOf = (table: string): string => (table === 'tenants' ? 'id' : 'tenant_id')
let own: TestTenant
let other: TestTenant

beforeAll(async () => {
  ;[own, other] = await Promise.all([createTestTenant(), createTestTenant()])
  await Promise.all([fillTables(own), fillTables(other)])
})
afterAll(pools.close)

// A row in each tenant table that createTestTenant leaves empty.
async function fillTables({ tenantId }: TestTenant): Promise<void> {
  await pools.worker.query('INSERT INTO tenant_routes (tenant_id, database, clickhouse_database) VALUES ($1, $2, $2)', [
    tenantId,
    `x_${tenantId.replaceAll('-', '')}`,
  ])
  await pools.worker.query("INSERT INTO tenant_moves (tenant_id, id, slug, destination, keeps_source, status) VALUES ($1, $1, 'x', 'shared', false, 'done')", [
    tenantId,
  ])
  await withTenant(pools.app, tenantId, async (client) => {
    await client.query("INSERT INTO exchange_rates VALUES ($1, 'EUR', '2026-01-01', 1.1)", [tenantId])
    for (const table of ['partners', 'ad_groups', 'creatives'])
      await client.query(`INSERT INTO ${table} (tenant_id, id, name) VALUES ($1, 'x', 'X')`, [tenantId])
    await client.query("INSERT INTO campaigns (tenant_id, id, name, status) VALUES ($1, 'x', 'X', 'ACTIVE')", [tenantId])
    await client.query("INSERT INTO catalog_events VALUES ($1, 'purchase', now(), now(), '{}')", [tenantId])
    await client.query("INSERT INTO segments (tenant_id, id, name, folded_name, definition) VALUES ($1, $1, 'X', 'x', '{}')", [tenantId])
    const invitation = "INSERT INTO invitations (tenant_id, id, email, role, token_hash, expires_at) VALUES ($1, $1, 'x@x.test', 'user', $2, now())"
    await client.query(invitation, [tenantId, randomBytes(32)])
    await client.query("INSERT INTO tenant_usage (tenant_id, kind, period, used) VALUES ($1, 'events', '2026-01-01', 1)", [tenantId])
    await client.query('INSERT INTO event_ids VALUES ($1, $2, $3)', [tenantId, '2026-01-01', randomBytes(16)])
    await client.query('INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, $2, 1)', [tenantId, Buffer.from('x')])
    const idBytes = Buffer.from(tenantId.replaceAll('-', ''), 'hex')
    const provisioning = 'INSERT INTO provisionings (tenant_id, account_id, slug, name, reporting_currency, app_id, first_keys)'
    await client.query(`${provisioning} VALUES ($1, $1, 'x', 'X', 'USD', $1, '[]')`, [tenantId])
    await client.query('INSERT INTO stream_heads VALUES ($1, 1, now())', [tenantId])
    await client.query('INSERT INTO data_versions VALUES ($1, 1)', [tenantId])
    const hash = Buffer.alloc(32)
    // A test beside this one may have sealed the addresses of all tenants.
    await client.query("INSERT INTO tenant_data_keys VALUES ($1, 1, $2, '', now()) ON CONFLICT DO NOTHING", [tenantId, hash])
    await client.query("INSERT INTO audit_log VALUES ($1, 1, $1, now(), 'system', NULL, 'x.y', 'x', NULL, NULL, NULL, NULL, $2, $2)", [tenantId, hash])
    await client.query('INSERT INTO audit_heads VALUES ($1, 1, $2, $2)', [tenantId, hash])
    await client.query(
      `INSERT INTO conversion_log (tenant_id, day_slot, sequence, id, kind, event_id, event_day, event, user_id, occurred_at, recorded_at, original_currency, platform, country,
         channel, partner_id, campaign_id, decision)
       VALUES ($1, floor(extract(epoch FROM now()) / 86400)::int % 64, 1, $1, 'conversion', $2, 0, 'x', '', now(), now(), '', '', '', '', '', '', '{"kind": "organic", "matchedBy": null, "touchedAt": null, "windowSeconds": null, "reason": ""}')`,
      [tenantId, idBytes],
    )
    await client.query("INSERT INTO recent_touches VALUES ($1, 0, $2, true, now(), $2, '', '', 'x')", [tenantId, idBytes])
    const endpoint = 'INSERT INTO webhook_endpoints (tenant_id, id, url, conditions, question, position, position_ms, secret, is_enabled)'
    await client.query(`${endpoint} VALUES ($1, $1, 'x', '[]', 'x', 1, 0, $2, false)`, [tenantId, Buffer.from('x')])
    const delivery = 'INSERT INTO webhook_deliveries (tenant_id, id, webhook_id, kind, conversion_id, sequence, recorded_ms, next_attempt_at)'
    await client.query(`${delivery} VALUES ($1, $1, $1, 'log', $1, 1, 0, now())`, [tenantId])
    const group = 'INSERT INTO stream_groups (tenant_id, id, scope, name, question, conditions, begun, next_sequence, next_ms)'
    await client.query(`${group} VALUES ($1, $1, '', 'x', '', '[]', '', 0, 0)`, [tenantId])
    await client.query('INSERT INTO stream_members VALUES ($1, $1, $1, 1)', [tenantId])
    const lease = 'INSERT INTO stream_leases (tenant_id, group_id, after_sequence, after_ms, upto_sequence, upto_ms, entries, delivery)'
    await client.query(`${lease} VALUES ($1, $1, 0, 0, 1, 0, '{1}', 1)`, [tenantId])
    const rejected = 'INSERT INTO rejected_events (tenant_id, key_id, index, code, path, message, raw) VALUES ($1, $2, 0, $3, $3, $3, $4)'
    await client.query(rejected, [tenantId, randomUUID(), 'x', Buffer.from('x')])
  })
  // Last: behind it nothing is written any more.
  await setGate({ owner: pools.owner }, tenantId, 'draining')
}

const count = async (client: Pick<PoolClient, 'query'>, from: string, values: readonly unknown[] = []): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`, [...values])
  return rows[0]?.n ?? -1
}

describe('with the first wall removed row-level security holds', () => {
  test.each(tenantTables)('%s: a statement without a predicate sees the own tenant’s rows alone', async (table) => {
    await withTenant(pools.app, own.tenantId, async (client) => {
      expect(await count(client, table)).toBeGreaterThan(0)
      expect(await count(client, `${table} WHERE ${columnOf(table)} <> $1`, [own.tenantId])).toBe(0)
      expect(await count(client, `${table} WHERE ${columnOf(table)} = $1`, [other.tenantId])).toBe(0)
    })
  })

  test.each(tenantTables)('%s: without a tenant there are no rows', async (table) => {
    expect(await count(pools.app, table)).toBe(0)
  })

  test('another tenant’s rows cannot be changed, taken away or written', async () => {
    await Promise.all([own, other].map(({ tenantId }) => setGate({ owner: pools.owner }, tenantId, 'open')))
    await withTenant(pools.app, own.tenantId, async (client) => {
      expect((await client.query("UPDATE campaigns SET name = 'stolen' WHERE tenant_id = $1", [other.tenantId])).rowCount).toBe(0)
      expect((await client.query('DELETE FROM campaigns WHERE tenant_id = $1', [other.tenantId])).rowCount).toBe(0)
    })
    const write = (statement: string) => withTenant(pools.app, own.tenantId, (client) => client.query(statement, [other.tenantId]))
    await expect(write("INSERT INTO campaigns (tenant_id, id, name, status) VALUES ($1, 'y', 'Y', 'ACTIVE')")).rejects.toThrow('row-level security')
    await expect(write('UPDATE campaigns SET tenant_id = $1')).rejects.toThrow('row-level security')
    await expect(write("INSERT INTO outbox (tenant_id, topic, aggregate, payload) VALUES ($1, 't', 'a', '{}')")).rejects.toThrow('row-level security')
    await expect(write('INSERT INTO stream_heads VALUES ($1, 1, now())')).rejects.toThrow('row-level security')
    await expect(write("INSERT INTO recent_touches VALUES ($1, 0, decode(repeat('00', 16), 'hex'), true, now(), '', '', '', '')")).rejects.toThrow(
      'row-level security',
    )
    await expect(write('SELECT FROM conversion_log_0 WHERE tenant_id = $1')).rejects.toThrow('permission denied')
    await expect(write("INSERT INTO event_ids_2026 VALUES ($1, '2026-01-01', '\\x00')")).rejects.toThrow('permission denied')
  })

  test('a key of another tenant is not found by its id', async () => {
    expect(await withTenant(pools.app, own.tenantId, (client) => findKey(client, keyOf(own)))).not.toBeNull()
    expect(await withTenant(pools.app, own.tenantId, (client) => findKey(client, keyOf(other)))).toBeNull()
  })

  test('entities asked for without their filter are the own tenant’s alone', async () => {
    await withOrm(appUrl, async (orm) => {
      const found = await inTenant(orm, own.tenantId, (em) => em.find(Campaign, {}, { filters: false }))
      expect(found.map(({ tenantId }) => tenantId)).toEqual([own.tenantId])
    })
  })

  test('the owner of the tables sees nothing either, but for the tenant that it moves; and it changes nothing before an open gate', async () => {
    expect(await count(pools.owner, 'campaigns')).toBe(0)
    await withSettings(pools.owner, own.tenantId, async (client) => {
      expect(await count(client, 'campaigns')).toBe(1)
      expect(await count(client, 'campaigns WHERE tenant_id = $1', [other.tenantId])).toBe(0)
      expect((await client.query('DELETE FROM campaigns')).rowCount).toBe(0)
      expect(await count(client, 'keys')).toBe(0)
      await expect(client.query("INSERT INTO partners VALUES ($1, 'z', 'Z')", [own.tenantId])).rejects.toThrow('row-level security')
    })
  })

  test('the relay reads the outbox and no tenant’s table; the app and auth only write to it', async () => {
    await expect(pools.worker.query('SELECT FROM campaigns')).rejects.toThrow('permission denied')
    await expect(pools.app.query('SELECT FROM outbox')).rejects.toThrow('permission denied')
    await expect(pools.app.query('SELECT FROM accounts')).rejects.toThrow('permission denied')
    await expect(pools.auth.query('SELECT FROM campaigns')).rejects.toThrow('permission denied')
    const write = "INSERT INTO outbox (tenant_id, topic, aggregate, payload) VALUES ($1, 'test', 'a', '{}')"
    await expect(pools.auth.query(write, [own.tenantId])).rejects.toThrow('row-level security')
    await expect(pools.app.query(write, [null])).rejects.toThrow('row-level security')
  })

  test('login sees the memberships of one account and the tenants they are in, and no more', async () => {
    const [{ accountId } = { accountId: '' }] = own.accounts
    const seen = await withTransaction(pools.auth, async (client) => {
      await client.query("SELECT set_config('app.account_id', $1, true)", [accountId])
      const { rows } = await client.query('SELECT m.account_id, t.id, t.slug FROM memberships m CROSS JOIN tenants t')
      await expect(client.query('SELECT reporting_currency FROM tenants')).rejects.toThrow('permission denied')
      return rows
    }).catch((error: unknown) => error)
    expect(seen).toEqual([{ account_id: accountId, id: own.tenantId, slug: own.slug }])
    expect(await count(pools.auth, 'memberships')).toBe(0)
  })
})

// Each runs as the owner, who can lift the policy, in a transaction that is rolled back. A second of lock on the table is all that others notice.
describe('with row-level security removed the code’s own predicate holds, and with both removed it leaks', () => {
  test('entities', async () => {
    await withOrm(ownerUrl, async (orm) => {
      const done = inTenant(orm, own.tenantId, async (em) => {
        await em.execute('ALTER TABLE campaigns DISABLE ROW LEVEL SECURITY')
        expect((await em.find(Campaign, {})).map(({ tenantId }) => tenantId)).toEqual([own.tenantId])
        expect(await em.find(Campaign, { tenantId: other.tenantId })).toEqual([])
        expect(await em.nativeUpdate(Campaign, { id: 'x' }, { name: 'renamed' })).toBe(1)
        const leaked = await em.find(Campaign, { tenantId: other.tenantId }, { filters: false })
        expect(leaked.map(({ tenantId }) => tenantId)).toEqual([other.tenantId])
        throw new Rollback()
      })
      await expect(done).rejects.toThrow(Rollback)
    })
  })

  test('keys', async () => {
    const done = withTenant(pools.owner, own.tenantId, async (client) => {
      for (const table of ['keys', 'tenants', 'apps']) await client.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`)
      expect(await findKey(client, { ...keyOf(other), tenantId: own.tenantId })).toBeNull()
      const found = await findKey(client, keyOf(own))
      expect(found?.apps).toEqual([{ id: own.appId, name: 'shop', conversionEvents: ['install', 'sign_up', 'purchase', 'subscribe'] }])
      expect(await count(client, 'keys WHERE id = $1', [keyOf(other).keyId])).toBe(1)
      throw new Rollback()
    })
    await expect(done).rejects.toThrow(Rollback)
  })

  test('segments', async () => {
    const done = withTenant(pools.owner, own.tenantId, async (client) => {
      await client.query('ALTER TABLE segments DISABLE ROW LEVEL SECURITY')
      const ids = [own.tenantId, other.tenantId]
      expect((await findIn(client, own.tenantId, ids)).map(({ id }) => id)).toEqual([own.tenantId])
      expect(await count(client, 'segments WHERE tenant_id = $1', [other.tenantId])).toBe(1)
      throw new Rollback()
    })
    await expect(done).rejects.toThrow(Rollback)
  })

  test('the log of conversions and the touches', async () => {
    const done = withTenant(pools.owner, own.tenantId, async (client) => {
      for (const table of ['conversion_log', 'recent_touches']) await client.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`)
      const read = { after: LOG_START, head: { sequence: 1n, recordedAtMs: Date.now() }, conditions: [], limit: 10, nowMs: Date.now() }
      const { entries } = await readLogIn(client, { ...read, tenantId: own.tenantId })
      expect(entries.map(({ id }) => id)).toEqual([own.tenantId])
      expect(await count(client, 'conversion_log WHERE tenant_id = $1', [other.tenantId])).toBe(1)
      const eventId = Buffer.from(other.tenantId.replaceAll('-', ''), 'hex').toString('latin1')
      expect((await findEntries(client, own.tenantId, [eventId])).size).toBe(0)
      expect((await findEntries(client, other.tenantId, [eventId])).size).toBe(1)
      const conversions = [testConversion({ appId: own.appId, userKey: eventId })]
      expect((await findTouches(client, { tenantId: own.tenantId, conversions })).size).toBe(0)
      expect((await findTouches(client, { tenantId: other.tenantId, conversions })).size).toBe(1)
      const places = [{ sequence: 1n, recordedAtMs: Date.now() }]
      expect((await readEntriesAt(client, own.tenantId, places)).map(({ id }) => id)).toEqual([own.tenantId])
      throw new Rollback()
    })
    await expect(done).rejects.toThrow(Rollback)
  })

  test('webhooks and their deliveries', async () => {
    const done = withTenant(pools.owner, own.tenantId, async (client) => {
      for (const table of ['webhook_endpoints', 'webhook_deliveries']) await client.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`)
      expect(await count(client, 'webhook_endpoints WHERE tenant_id = $1', [other.tenantId])).toBe(1)
      const at = { now: new Date(), leasedUntil: new Date(), limit: 10 }
      for (const webhook of [own, other]) {
        const isOwn = webhook === own
        expect(await findWebhook(client, { tenantId: own.tenantId, id: webhook.tenantId })).toEqual(
          isOwn ? expect.objectContaining({ id: own.tenantId }) : null,
        )
        expect(await takeDue(client, { tenantId: own.tenantId, webhookId: webhook.tenantId, ...at })).toHaveLength(isOwn ? 1 : 0)
      }
      const failed = {
        kind: 'failed',
        id: other.tenantId,
        attempt: 0,
        statusCode: 500,
        error: 'x',
        response: null,
        durationMs: 1,
        requestedAt: new Date(),
      } as const
      await settleAttempts(client, [failed], { tenantId: own.tenantId, now: new Date(), random: () => 0 })
      expect(await count(client, 'webhook_deliveries WHERE tenant_id = $1 AND last_error IS NOT NULL', [other.tenantId])).toBe(0)
      throw new Rollback()
    })
    await expect(done).rejects.toThrow(Rollback)
  })
})

describe('the tenant of a connection', () => {
  test('a pooled connection whose setting was reset to an empty text sees nothing and does not fail', async () => {
    const pool = createPool({ url: appUrl, poolSize: 1, name: 'test' })
    try {
      await withTenant(pool, own.tenantId, (client) => client.query('SELECT FROM campaigns'))
      const { rows } = await pool.query("SELECT current_setting('app.tenant_id', true) AS setting")
      expect(rows).toEqual([{ setting: '' }])
      expect(await count(pool, 'campaigns')).toBe(0)
    } finally {
      await pool.end()
    }
  })

  test('work that throws is rolled back and leaves no tenant on its connection', async () => {
    const pool = createPool({ url: appUrl, poolSize: 1, name: 'test' })
    try {
      const failing = withTenant(pool, own.tenantId, async (client) => {
        await client.query("UPDATE campaigns SET name = 'half done'")
        throw new Error('broken')
      })
      await expect(failing).rejects.toThrow('broken')
      expect(await count(pool, 'campaigns')).toBe(0)
      expect(await withTenant(pool, own.tenantId, (client) => count(client, "campaigns WHERE name = 'half done'"))).toBe(0)
    } finally {
      await pool.end()
    }
  })

  test('interleaved work of two tenants on one pool never mixes', async () => {
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { tenantId } = index % 2 === 0 ? own : other
        const { rows } = await withTenant(pools.app, tenantId, (client) => client.query<{ tenant_id: string }>('SELECT tenant_id FROM campaigns'))
        return rows.every((row) => row.tenant_id === tenantId) && rows.length === 1
      }),
    )
    expect(seen).not.toContain(false)
  })

  test('entities cannot be asked for outside a scope, nor a scope be opened without a tenant', async () => {
    await withOrm(appUrl, async (orm) => {
      await expect(orm.em.fork().find(Campaign, {})).rejects.toThrow('No arguments provided for filter')
      await expect(inTenant(orm, '', (em) => em.find(Campaign, {}))).rejects.toThrow('needs its UUID')
      await expect(inTenant(orm, '00000000-0000-0000-0000-000000000000', (em) => em.find(Campaign, {}))).rejects.toThrow('needs its UUID')
    })
    await expect(withTenant(pools.app, '', () => Promise.resolve())).rejects.toThrow('UUID')
  })
})

class Rollback extends Error {}

function keyOf(tenant: TestTenant): KeyText {
  const key = parseKey(tenant.apiKey)
  if (key === null) throw new Error('A made key can be read.')
  return key
}

async function withOrm(url: string, work: (orm: MikroORM) => Promise<void>): Promise<void> {
  const options: OrmOptions = { url, poolSize: 1 }
  const orm = await createOrm(options)
  try {
    await work(orm)
  } finally {
    await orm.close()
  }
}
