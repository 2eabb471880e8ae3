import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { withTenant } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { projectRoot, readConfig } from '#ops/config.ts'
import { startTestCollector, type TestCollector } from '../startTestCollector.ts'
import { readArguments } from './arguments.ts'
import { readImportMap, type ImportMap } from './importMap.ts'
import { runImport, type ImportResult } from './runImport.ts'
import { createSender } from './sender.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'umg-import-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
function mapOf(value: unknown): ImportMap {
  const read = readImportMap(value)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.map
}

describe('an import', () => {
  let collector: TestCollector
  beforeAll(async () => {
    collector = await startTestCollector()
  })
  afterAll(() => collector?.stop())

  const newTenant = () => createTestTenant({ withAccounts: false })
  async function run(file: string, map: unknown, tenant: TestTenant, { url = collector.url, maxWaitMs = 5_000 } = {}): Promise<ImportResult> {
    const sender = createSender({ collectorUrl: url, key: tenant.ingestKey, maxWaitMs, connections: 2, onWait: () => {} })
    const result = await runImport({ file, map: mapOf(map), app: 'shop', sender, rejectedFile: `${file}.rejected.ndjson`, onProgress: () => {} })
    await sender.close()
    return result
  }
  const stored = ({ tenantId }: TestTenant) =>
    withTenant(collector.pool, tenantId, async (client) => {
      const { rows } = await client.query<{ payload: Buffer }>('SELECT payload FROM ingest_batches ORDER BY id')
      return rows.flatMap(({ payload }) =>
        zstdDecompressSync(payload)
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      )
    })
  const whitespace = JSON.parse(readFileSync(join(projectRoot, 'ops/examples/cdnow.map.json'), 'utf8'))

  it('counts equal rows apart, and a file twice once', async () => {
    const tenant = await newTenant()
    const file = write('equal.txt', ' 00004 0001 19970101  2   29.33\r\n 00004 0001 19970101  2   29.33\r\n\r\n 00004 0001 19970118  2   29.73\r\n')
    expect(await run(file, whitespace, tenant)).toMatchObject({ counts: { read: 3, accepted: 3, duplicates: 0, rejected: 0 }, failure: null })
    expect(await run(file, whitespace, tenant)).toMatchObject({ counts: { read: 3, accepted: 0, duplicates: 3, rejected: 0 }, failure: null })
    expect(await stored(tenant)).toMatchObject(
      [29.33, 29.33, 29.73].map((revenue) => ({ user_id: '0001', event: 'purchase', revenue: String(revenue), properties: { units: '2' } })),
    )
  })

  it('reads CSV by header, with formats, zones, quotes and empty cells', async () => {
    const tenant = await newTenant()
    const file = write('orders.csv', '\ufeffid;who;when;amount;cc;note\no1;"a;b";05.01.2026 09:30;"1,5";de;x\no2;bob;05.07.2026 09:30;;;"two\nlines"\n')
    const map = {
      format: 'csv',
      separator: ';',
      header: true,
      columns: {
        eventId: 'id',
        userId: 'who',
        occurredAt: { column: 'when', format: 'dd.MM.yyyy HH:mm', timeZone: 'Europe/Berlin' },
        country: 'cc',
        'properties.note': 'note',
        'touch.channel': 'note',
      },
      constants: { event: 'order', 'touch.kind': 'click', 'properties.old': true },
    }
    expect((await run(file, map, tenant)).counts).toEqual({ read: 2, accepted: 2, duplicates: 0, rejected: 0 })
    expect(await stored(tenant)).toMatchObject([
      {
        event_id: 'o1',
        user_id: 'a;b',
        occurred_at: '2026-01-05 08:30:00.000',
        country: 'DE',
        touch: 'click',
        channel: 'x',
        properties: { note: 'x', old: 'true' },
      },
      { event_id: 'o2', user_id: 'bob', occurred_at: '2026-07-05 07:30:00.000', properties: { note: 'two\nlines' } },
    ])
  })

  it('reads lines of JSON by path, and reports lines that are none', async () => {
    const tenant = await newTenant()
    const file = write(
      'events.ndjson',
      '{"id":"1","user":{"id":"ada"},"at":"2026-01-05T10:00:00Z","price":2.5}\nnonsense\n{"id":"2","user":{"id":"bob"},"at":"2026-01-05","price":1}\n',
    )
    const map = {
      format: 'ndjson',
      columns: { eventId: 'id', userId: 'user.id', occurredAt: 'at', revenue: 'price' },
      constants: { event: 'purchase', currency: 'USD' },
    }
    const { counts, reasons } = await run(file, map, tenant)
    expect(counts).toEqual({ read: 3, accepted: 1, duplicates: 0, rejected: 2 })
    expect([...reasons]).toEqual([
      ['INVALID_JSON', 1],
      ['INVALID_TIME', 1],
    ])
    const report = readFileSync(`${file}.rejected.ndjson`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(report).toMatchObject([
      { row: 2, code: 'INVALID_JSON' },
      { row: 3, code: 'INVALID_TIME', path: 'occurredAt', event: { eventId: '2' } },
    ])
  })

  it('reads Parquet row group by row group, whatever its compression', async () => {
    const admin = createClickHouse(readConfig.owner().clickhouse)
    for (const compression of ['zstd', 'snappy', 'gzip']) {
      const tenant = await newTenant()
      const { stream } = await admin.exec({
        query: `SELECT concat('u', toString(number % 7)) AS user, toDateTime64('2026-01-05 00:00:00', 3, 'UTC') + number AS at, toDecimal64(number / 4, 2) AS price, toInt64(number) AS n
                FROM numbers(5000) FORMAT Parquet SETTINGS output_format_parquet_row_group_size = 1000, output_format_parquet_compression_method = '${compression}'`,
      })
      const file = write(`${compression}.parquet`, Buffer.concat(await stream.toArray()))
      const map = {
        format: 'parquet',
        columns: { userId: 'user', occurredAt: 2, revenue: 'price', 'properties.n': 'n' },
        constants: { event: 'purchase', currency: 'USD' },
      }
      expect(await run(file, map, tenant)).toMatchObject({ counts: { read: 5000, accepted: 5000, rejected: 0 }, failure: null })
      const rows = await stored(tenant)
      expect(rows.reduce((sum, { revenue }) => sum + Number(revenue), 0)).toBe((4999 * 5000) / 8)
      expect(rows.find(({ properties }) => properties.n === '4999')).toMatchObject({
        user_id: 'u1',
        occurred_at: '2026-01-05 01:23:19.000',
        revenue: '1249.75',
      })
    }
    await admin.close()
  })

  it('gets through a collector that is down or busy at first, and each event counts once', async () => {
    const tenant = await newTenant()
    let asked = 0
    // Refuses, answers that it is busy, and takes a batch without its answer getting back, before it works.
    const moody = createServer(async (request, response) => {
      asked += 1
      if (asked === 1) return void request.socket.destroy()
      if (asked === 2) return void response.writeHead(503, { 'retry-after': '0' }).end('{}')
      const chunks: Uint8Array[] = []
      for await (const chunk of request) chunks.push(chunk)
      const answer = await fetch(`${collector.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/x-ndjson' },
        body: Buffer.concat(chunks),
      })
      const text = await answer.text()
      if (asked === 3) return void response.destroy()
      response.writeHead(answer.status).end(text)
    })
    await new Promise<void>((resolve) => moody.listen(0, '127.0.0.1', resolve))
    const address = moody.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const file = write('moody.txt', ' 1 1 19970101 2 29.33\n 1 1 19970102 2 29.33\n')
    expect(await run(file, whitespace, tenant, { url: `http://127.0.0.1:${port}` })).toMatchObject({ counts: { accepted: 0, duplicates: 2 }, failure: null })
    moody.close()
    expect(await stored(tenant)).toHaveLength(2)
  })

  it('is cut short when the collector refuses it, stays away, or the file does not fit the map', async () => {
    const tenant = await newTenant()
    const file = write('one.txt', ' 1 1 19970101 2 29.33\n')
    const refused = await run(file, whitespace, { ...tenant, ingestKey: 'nonsense' })
    expect(refused.failure?.message).toMatch(/^401 UNAUTHENTICATED/)
    expect((await run(file, whitespace, tenant, { url: 'http://127.0.0.1:1', maxWaitMs: 300 })).failure?.message).toMatch(/Given up/)
    expect((await run(join(folder, 'nothing.txt'), whitespace, tenant)).failure?.message).toMatch(/cannot be read/)
    const csv = write('header.csv', 'a,b\n1,2\n')
    const unfit = await run(csv, { format: 'csv', header: true, columns: { userId: 'who', occurredAt: 'when' }, constants: { event: 'x' } }, tenant)
    expect(unfit.failure?.message).toMatch(/"who"[\s\S]*"when"[\s\S]*a, b/)
    expect(existsSync(`${csv}.rejected.ndjson`)).toBe(false)
  })
})

describe('a map', () => {
  it('tells everything that is wrong with it at once', () => {
    const read = readImportMap({
      formt: 'csv',
      format: 'cvs',
      separator: 'ab',
      columns: {
        userID: 1,
        userId: 0,
        occurredAt: { column: 3, format: 'yyyy', timeZone: 'Mars/Olympus' },
        platform: { column: 1, format: 'y' },
        revenue: 5,
        country: { column: 2, type: 'number' },
      },
      constants: { evnt: 'x', platform: 'ios' },
    })
    if (read.kind === 'map') throw new Error('It is wrong.')
    expect(read.problems.map(({ path }) => path).toSorted()).toEqual([
      'columns.country.type',
      'columns.event',
      'columns.occurredAt.timeZone',
      'columns.platform.format',
      'columns.userID',
      'columns.userId',
      'constants.currency',
      'constants.evnt',
      'constants.platform',
      'format',
      'formt',
      'separator',
    ])
    expect(read.problems.find(({ path }) => path === 'columns.userID')?.message).toMatch(/Did you mean userId\?$/)
    expect(read.problems.find(({ path }) => path === 'columns.userId')?.message).toBe('expected a column’s number from 1 or its name')
  })

  it.each([null, 5, [], {}])('%j is no map', (value) => {
    expect(readImportMap(value).kind).toBe('problems')
  })
})

describe('the command line', () => {
  const options = () => ({ dataDir: folder, cwd: '/somewhere' })
  it('takes key and collector from the demo', () => {
    write('demo.json', JSON.stringify({ collectorUrl: 'http://127.0.0.1:4005', tenants: [{ id: 'x', slug: 'initech', ingestKey: 'secret' }] }))
    expect(readArguments(['--tenant', 'initech', '--app', 'shop', '--map', 'm.json', '../data/f.txt'], options())).toEqual({
      kind: 'arguments',
      value: {
        file: '/data/f.txt',
        mapFile: '/somewhere/m.json',
        tenant: 'initech',
        app: 'shop',
        key: 'secret',
        collectorUrl: 'http://127.0.0.1:4005',
        rejectedFile: '/somewhere/f.txt.rejected.ndjson',
        maxWaitMs: 300_000,
      },
    })
  })

  it('tells everything that is missing', () => {
    const read = readArguments(['--tenant', 'umbrella', '--max-wait', 'long'], options())
    expect(read.kind === 'problems' && read.problems).toEqual([
      '--app is missing.',
      '--map is missing.',
      'One FILE is expected; there are 0.',
      'The demo has no tenant umbrella: it has initech. Name a --key for another.',
      '--max-wait must be a number of seconds.',
    ])
    expect(readArguments(['--tennant', 'x'], options()).kind).toBe('problems')
  })
})
