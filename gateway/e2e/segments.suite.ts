// Saved segments through the whole system: who may save one, who sees it, and that another tenant neither sees nor uses it.
import { beforeAll, describe, expect, it } from 'vitest'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { postAuth } from '../testing/askGateway.ts'

const CREATE = 'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { id name frozenAt definition } }'
const SIZE = 'query ($of: SegmentOfInput!) { segmentSize(of: $of) { users knownUsers share } }'
const METRICS = `query ($where: Filter) { metrics(input: { range: { last: 28, unit: DAY }, timeZone: "UTC", where: $where }) { totals { payers purchases revenue activeUsers } } }`
const REPEATED = { did: { event: 'purchase', atLeast: 2 } }

export function describeSegments(running: () => RunningSystem): void {
  describe('saved segments', () => {
    let system: RunningSystem
    let acme: RunningSystem['demo']['tenants'][number]
    let other: RunningSystem['demo']['tenants'][number]
    let session: string
    let id: string

    beforeAll(async () => {
      system = running()
      ;[acme, other] = system.demo.tenants as [typeof acme, typeof other]
      session = await tokenOf(acme, 'user')
    })

    async function tokenOf(tenant: typeof acme, role: string): Promise<string> {
      const account = tenant.users.find((each) => each.role === role)
      const { login } = await postAuth(system.demo.gatewayUrl, 'login', { body: { email: account?.email, password: account?.password } })
      if (login === null) throw new Error(`The ${role} could not log in.`)
      return login.accessToken
    }

    const asking = async (query: string, variables: Record<string, unknown>, authorization = session) => {
      const answer = await ask(system, { query, variables, authorization })
      expect(answer.errors).toBeUndefined()
      return answer.data
    }

    it('are sized, saved in a session, and sized the same', async () => {
      const before = (await asking(SIZE, { of: { definition: REPEATED } })).segmentSize
      expect(Number(before.users)).toBeGreaterThan(0)
      expect(before.share).toBeCloseTo(Number(before.users) / Number(before.knownUsers), 12)
      const created = (await asking(CREATE, { input: { name: 'Repeated payers', definition: REPEATED } })).createSegment
      id = created.id
      expect(created).toMatchObject({ name: 'Repeated payers', frozenAt: null })
      const { segmentSize: after } = await asking(SIZE, { of: { segment: id } })
      expect(after).toEqual(before)
    })

    it('filter and break down the numbers of a key of the tenant', async () => {
      const everybody = (await asking(METRICS, {}, acme.apiKey)).metrics.totals
      const members = (await asking(METRICS, { where: { segment: id } }, acme.apiKey)).metrics.totals
      const others = (await asking(METRICS, { where: { not: { segment: id } } }, acme.apiKey)).metrics.totals
      for (const name of ['payers', 'purchases', 'activeUsers']) expect(Number(members[name]) + Number(others[name])).toBe(Number(everybody[name]))
      expect(Number(members.revenue) + Number(others.revenue)).toBeCloseTo(Number(everybody.revenue), 4)
      expect(Number(members.purchases)).toBeGreaterThan(Number(members.payers))
      const grouped = await asking(
        `query ($id: ID!) { metrics(input: { range: { last: 28, unit: DAY }, timeZone: "UTC", groupBy: [{ segment: $id }] }) { rows { segment(id: $id) payers purchases revenue activeUsers } } }`,
        { id },
        acme.apiKey,
      )
      expect(grouped.metrics.rows).toEqual([
        { segment: false, ...others },
        { segment: true, ...members },
      ])
    })

    it('are neither seen nor used by another tenant', async () => {
      const stranger = await tokenOf(other, 'owner')
      const seen = await asking('query ($id: ID!) { segments { name } segment(id: $id) { name } }', { id }, stranger)
      expect(seen).toEqual({ segments: [], segment: null })
      for (const [query, variables] of [
        [METRICS, { where: { segment: id } }],
        [SIZE, { of: { segment: id } }],
        ['mutation ($id: ID!) { deleteSegment(id: $id) }', { id }],
        ['mutation ($id: ID!) { updateSegment(id: $id, input: { name: "Mine" }) { id } }', { id }],
      ] as const) {
        const { errors } = await ask(system, { query, variables, authorization: stranger })
        expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_QUERY', issues: [{ code: 'UNKNOWN_SEGMENT' }] })
      }
      expect((await asking('{ segments { name } }', {})).segments).toEqual([{ name: 'Repeated payers' }])
    })

    it('are read by a viewer and an API key, and changed by neither', async () => {
      const viewer = await tokenOf(acme, 'viewer')
      for (const reader of [viewer, acme.apiKey]) {
        expect((await asking('{ segments { name } }', {}, reader)).segments).toEqual([{ name: 'Repeated payers' }])
        for (const [query, variables] of [
          [CREATE, { input: { name: 'x', definition: REPEATED } }],
          ['mutation ($id: ID!) { deleteSegment(id: $id) }', { id }],
        ] as const) {
          const { errors } = await ask(system, { query, variables, authorization: reader })
          expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
        }
      }
    })

    it('that were deleted are an issue of the questions that name them', async () => {
      expect(await asking('mutation ($id: ID!) { deleteSegment(id: $id) }', { id })).toEqual({ deleteSegment: id })
      const { errors } = await ask(system, { query: METRICS, variables: { where: { segment: id } }, authorization: acme.apiKey })
      expect(errors?.[0]?.extensions.issues).toEqual([{ code: 'UNKNOWN_SEGMENT', path: ['where', 'segment'], message: `There is no segment "${id}".` }])
    })
  })
}
