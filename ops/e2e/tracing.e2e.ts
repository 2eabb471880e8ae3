// With an exporter configured, one question is one trace: gateway → subgraph → SQL, naming tenant, operation and query.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, startSystem, until, type RunningSystem } from './system.ts'

type Span = { service: string; traceId: string; spanId: string; parentSpanId: string; name: string; attributes: Record<string, unknown> }
type Attribute = { key: string; value: Record<string, unknown> }

const attributesOf = (list: Attribute[] = []) => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

describe('tracing', () => {
  const spans: Span[] = []
  let receiver: Server
  let system: RunningSystem
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        for (const resource of body.resourceSpans ?? []) {
          const service = String(attributesOf(resource.resource?.attributes)['service.name'])
          for (const scope of resource.scopeSpans ?? [])
            for (const span of scope.spans ?? []) spans.push({ ...span, service, attributes: attributesOf(span.attributes) })
        }
        response.end('{}')
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    system = await startSystem({
      args: ['--scale', 'empty'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}` },
    })
  })
  afterAll(async () => {
    await system?.remove()
    receiver?.close()
  })

  it('one question is one trace from the gateway to the SQL', async () => {
    const tenant = system.demo.tenants[0]!
    await ask(system, {
      query: 'query Traced { metrics(input: { range: { last: 1, unit: DAY }, timeZone: "UTC" }) { totals { purchases } } }',
      authorization: tenant.apiKey,
    })
    await until(
      () =>
        spans.some((span) => span.attributes['db.query.id'] !== undefined) &&
        spans.some((span) => span.service.endsWith('gateway') && span.attributes['graphql.operation.name'] === 'Traced'),
      { what: 'the spans', timeoutMs: 20_000 },
    )
    const sql = spans.find((span) => span.attributes['db.query.id'] !== undefined)!
    expect(sql.service).toBe('unmogrowp-analytics')
    expect(sql.attributes['tenant.id']).toBe(tenant.id)
    const trace = spans.filter((span) => span.traceId === sql.traceId)
    expect(new Set(trace.map((span) => span.service))).toEqual(new Set(['unmogrowp-gateway', 'unmogrowp-analytics']))
    expect(trace.find((span) => span.service === 'unmogrowp-gateway' && span.attributes['graphql.operation.name'] === 'Traced')).toBeDefined()
    expect(JSON.stringify(spans)).not.toContain(tenant.apiKey)
  })
})
