// From a number to the users behind it, and from one of them to what they did and why a conversion is owed to whom, over the demo world.
import { beforeAll, describe, expect, it } from 'vitest'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { postAuth } from '../testing/askGateway.ts'

const CELLS = `{ metrics(input: { range: { last: 28, unit: DAY }, timeZone: "UTC", groupBy: [{ dimension: CAMPAIGN }], where: { event: { eq: "purchase" } },
  orderBy: [{ measure: "payers" }], limit: 5 }) { rows { campaign { id name } payers cell(of: "payers") } } }`
const USERS = `query ($cell: Cursor!, $after: Cursor) { users(input: { cell: $cell }, first: 20, after: $after) { nodes { id firstSeen } totalCount pageInfo { hasNextPage endCursor } } }`
const TIMELINE = `query ($id: ID!) { user(id: $id) { id firstSeen timeline(first: 1000) { nodes { event occurredAt revenue campaign { id name } app { name }
  attribution { decision { kind reason } touches { campaign { name } isInLookback credits { model credit } } } } } } }`

export function describeUsers(running: () => RunningSystem): void {
  describe('the users behind a number', () => {
    let system: RunningSystem
    let member: string
    let viewer: string
    beforeAll(async () => {
      system = running()
      const tokenOf = async (role: string) => {
        const { email = '', password = '' } = system.demo.tenants[0]?.users.find((user) => user.role === role) ?? {}
        return (await postAuth(`http://127.0.0.1:${system.port}`, 'login', { body: { email, password } })).login?.accessToken ?? ''
      }
      ;[member, viewer] = [await tokenOf('user'), await tokenOf('viewer')]
    })
    it('are as many as it says, each with a timeline that has the number in it', async () => {
      const asking = async (query: string, variables: Record<string, unknown> = {}) => {
        const answer = await ask(system, { query, variables, authorization: member })
        expect(answer.errors).toBeUndefined()
        return answer.data
      }
      const row = (await asking(CELLS)).metrics.rows.find(({ campaign }: any) => campaign !== null)
      expect(row.campaign.name).toEqual(expect.any(String))
      const ids: string[] = []
      for (let after: string | null = null, hasNext = true; hasNext;) {
        const { users } = await asking(USERS, { cell: row.cell, after })
        expect(users.totalCount).toBe(row.payers)
        ids.push(...users.nodes.map((user: any) => user.id))
        ;({ endCursor: after, hasNextPage: hasNext } = users.pageInfo)
      }
      expect([ids.length, new Set(ids).size]).toEqual([Number(row.payers), Number(row.payers)])

      const { user } = await asking(TIMELINE, { id: ids[0] })
      const own = user.timeline.nodes.filter(({ event, campaign }: any) => event === 'purchase' && campaign?.id === row.campaign.id)
      expect(own.length).toBeGreaterThan(0)
      expect(own[0].campaign.name).toBe(row.campaign.name)
      expect(own[0].app.name).toEqual(expect.any(String))
      for (const { attribution } of own) {
        const counting = attribution.touches.filter(({ isInLookback }: any) => isInLookback)
        const credit = (model: string) =>
          counting.flatMap((touch: any) => touch.credits.filter((each: any) => each.model === model)).reduce((sum: number, each: any) => sum + each.credit, 0)
        for (const model of ['FIRST_TOUCH', 'LAST_TOUCH', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY'])
          expect(credit(model)).toBeCloseTo(counting.length === 0 ? 0 : 1, 9)
      }
      expect(user.timeline.nodes.at(-1).occurredAt).toBe(user.firstSeen)
    })

    it('are not for a viewer or a key, who may see the number', async () => {
      for (const authorization of [viewer, system.demo.tenants[0]?.apiKey]) {
        const cells = await ask(system, { query: CELLS, authorization })
        expect(cells.errors).toBeUndefined()
        const answer = await ask(system, { query: USERS, variables: { cell: cells.data.metrics.rows[0].cell }, authorization })
        expect(answer.errors?.map((error: any) => error.extensions.code)).toEqual(['FORBIDDEN'])
        const one = await ask(system, { query: TIMELINE, variables: { id: 'x' }, authorization })
        expect(one.errors?.map((error: any) => error.extensions.code)).toEqual(['FORBIDDEN'])
      }
    })
  })
}
