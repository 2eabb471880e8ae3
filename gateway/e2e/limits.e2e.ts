import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { askGateway } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

describe('what a document may ask for', () => {
  let platform: TestPlatform
  let url: string
  let acme: TestTenant

  beforeAll(async () => {
    ;[platform, acme] = await Promise.all([startPlatform(), createTestTenant({ withAccounts: false })])
    url = platform.gateway.url
  })
  afterAll(async () => platform?.close())

  it('the schema is for viewers: a key may read it, nobody in particular may not', async () => {
    const known = await askGateway(url, { query: getIntrospectionQuery(), bearer: acme.apiKey })
    expect(known).toMatchObject({ status: 200, data: { __schema: { queryType: { name: 'Query' } } } })
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { ... on Query { __schema { description } } }',
    ]) {
      const answer = await askGateway(url, { query })
      expect(answer).toMatchObject({ status: 400, codes: ['INTROSPECTION_DISABLED'] })
      expect(answer.errors?.[0]?.message).toMatch(/logged-in viewers/)
    }
    expect(await askGateway(url, { query: '{ __typename me { __typename } }' })).toMatchObject({ status: 200, data: { __typename: 'Query' } })
  })

  it('a typing slip gives the nearest word to viewers, and the schema away to nobody', async () => {
    expect((await askGateway(url, { query: '{ campains { id } }', bearer: acme.apiKey })).text).toContain('Did you mean')
    expect((await askGateway(url, { query: '{ campains { id } }' })).text).not.toContain('Did you mean')
  })

  it('variables nested two thousand times, which ran out of stack, are refused with what is allowed', async () => {
    const where: unknown = JSON.parse(`${'{"and":['.repeat(2_000)}${']}'.repeat(2_000)}`)
    const query = 'query ($where: Filter) { metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", where: $where }) { info { asOf } } }'
    const answer = await askGateway(url, { query, variables: { where }, bearer: acme.apiKey })
    expect(answer).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
  })

  it.each([
    ['a document that is not GraphQL', '{ me {', 'GRAPHQL_PARSE_FAILED'],
    ['an empty document', '', undefined],
    ['too many tokens', `{ ${'me { role } '.repeat(2_000)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['too many root fields', `{ ${Array.from({ length: 21 }, (_, i) => `r${i}: me { role }`).join(' ')} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many levels', `{ __schema { types { ${'ofType { '.repeat(20)} name ${'} '.repeat(20)} } } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many aliases', `{ me { ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a filter nested forty times, which kept the query planner busy for hours',
      `{ metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", where: ${'{ and: ['.repeat(40)}${'] }'.repeat(40)} }) { info { asOf } } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a day that does not exist, written out',
      'mutation { setExchangeRates(rates: [{ currency: "EUR", day: "2026-02-30", rate: "1" }]) }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'two members of a oneOf, written out',
      '{ metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC", groupBy: [{ time: DAY, dimension: APP }] }) { info { asOf } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a subscription', 'subscription { conversions { cursor } }', 'BAD_REQUEST'],
    ['a field that does not exist', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s is answered with 400', async (_what, query, code) => {
    const answer = await askGateway(url, { query, bearer: acme.apiKey })
    expect(answer.status).toBe(400)
    if (code !== undefined) expect(answer.codes).toContain(code)
    expect(answer.text).not.toMatch(/stacktrace|node_modules/)
  })

  it('many requests in one body are refused', async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[{"query":"{__typename}"},{"query":"{__typename}"}]',
    })
    expect(response.status).toBe(400)
  })

  it('a body over 1 MB is 413, one that is no JSON is 400, both as JSON', async () => {
    const send = (body: string) => fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const large = await send(JSON.stringify({ query: '{ __typename }', variables: { filler: 'x'.repeat(1_000_001) } }))
    expect([large.status, await large.json()]).toMatchObject([413, { error: { code: 'TOO_LARGE' } }])
    const broken = await send('{"query":')
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: 'BAD_REQUEST' } }])
  })

  it('a form of another site cannot ask anything', async () => {
    const plain = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ __typename }"}' })
    expect(plain.status).toBe(400)
    expect((await fetch(`${url}/graphql?query={__typename}`)).status).toBe(400)
  })

  it('a page for browsers, with everything it needs from this very server', async () => {
    const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html,*/*' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    const html = await page.text()
    const assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '')
    expect(assets).toHaveLength(6)
    expect(html).not.toMatch(/https?:\/\//)
    for (const path of assets) {
      const asset = await fetch(`${url}${path}`)
      expect([path, asset.status]).toEqual([path, 200])
      expect((await fetch(`${url}${path}`, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } })).status).toBe(304)
    }
    expect((await fetch(`${url}/`)).status).toBe(200)
  })

  it('anything else is 404 as JSON', async () => {
    for (const path of ['/nothing', '/graphql/x', '/metrics', '/graphiql/../package.json']) {
      const response = await fetch(`${url}${path}`)
      expect([path, response.status, await response.json()]).toMatchObject([path, 404, { error: { code: 'NOT_FOUND' } }])
    }
  })

  it('a path that cannot be read is 400 in the same form', async () => {
    for (const path of ['/t/%ff/graphql', `/t/${'a'.repeat(200)}/graphql`]) {
      const response = await fetch(`${url}${path}`, { method: 'POST' })
      expect([path, response.status, await response.json()]).toMatchObject([path, 400, { error: { code: 'BAD_REQUEST' } }])
    }
    expect((await fetch(`${platform.subgraphs.tenant.url}/%ff`)).status).toBe(401)
  })

  it('the metrics are on the admin port alone', async () => {
    const text = await (await fetch(`${platform.gateway.adminUrl}/metrics`)).text()
    expect(text).toMatch(/umg_operation_seconds_count\{[^}]*kind="query"[^}]*outcome="ok"[^}]*\} \d+/)
  })
})
