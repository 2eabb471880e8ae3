import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RowFilter } from '#ops/security/permissions.ts'
import { checkSelect, checkText } from '../execution/checkStatement.ts'
import { CASE_NOW } from '../execution/testing/caseWorld.ts'
import { questionsOf } from '../execution/testing/compileDocument.ts'
import type { BoundMetrics } from './bound.ts'
import { compileEmpty, compileFamily, kinOf, kinshipsOf, type Kinship } from './family.ts'

type As = { readonly tenantId?: string; readonly rowFilters?: readonly RowFilter[]; readonly masks?: readonly string[]; readonly now?: Date }

const TENANT = randomUUID()
const RANGE = 'range: { last: 7, unit: DAY }, timeZone: "UTC"'
const ROWS = '{ rows { time { start } revenue } totals { revenue arpu } }'
const asked = (input: string, selection = ROWS): string => `{ metrics(input: { ${RANGE}, groupBy: [{ time: DAY }]${input} }) ${selection} }`

async function boundOf(query: string, { tenantId = TENANT, rowFilters = [], masks = [], now = CASE_NOW }: As = {}): Promise<BoundMetrics> {
  const [ask] = await questionsOf({ query })
  const bound = ask?.({ tenantId, rowFilters, masks, now }, { asOf: now }).bound
  if (bound?.kind !== 'metrics') throw new Error('It is a question of metrics.')
  return bound
}

const isKin = (one: BoundMetrics, other: BoundMetrics): boolean => kinshipsOf(one).some(({ key }) => kinshipsOf(other).some((each) => each.key === key))
const DE = asked(', where: { country: { eq: "DE" } }')
const US = asked(', where: { country: { in: ["US"] } }')

describe('questions that are akin', () => {
  it('differ in one value of one filter', async () => {
    const [one, other] = [await boundOf(DE), await boundOf(US)]
    expect(isKin(one, other)).toBe(true)
    expect(kinOf(one)).toBe(kinOf(other))
    const [of, and] = [
      await boundOf(asked(', where: { country: { eq: "DE" }, platform: { eq: "ios" } }')),
      await boundOf(asked(', where: { country: { eq: "DE" }, platform: { eq: "web" } }')),
    ]
    expect(isKin(of, and)).toBe(true)
  })

  it.each<[string, string, As]>([
    ['of two tenants', US, { tenantId: randomUUID() }],
    ['of one who sees less', US, { rowFilters: [{ dimension: 'partner', in: ['partner-1'] }] }],
    ['of one who does not see a number', US, { masks: ['revenue'] }],
    ['at another time', US, { now: new Date(CASE_NOW.getTime() + 86_400_000) }],
    ['by another filter', asked(', where: { platform: { eq: "ios" } }'), {}],
    ['by two values', asked(', where: { country: { in: ["US", "FR"] } }'), {}],
    ['by the contrary', asked(', where: { country: { notIn: ["US"] } }'), {}],
    ['by one of two filters', asked(', where: { or: [{ country: { eq: "US" } }, { platform: { eq: "ios" } }] }'), {}],
    ['with another limit', asked(', where: { country: { eq: "US" } }, limit: 5'), {}],
    ['of other numbers', asked(', where: { country: { eq: "US" } }', '{ rows { purchases } }'), {}],
  ])('are not those %s', async (_, query, as) => {
    expect(isKin(await boundOf(DE), await boundOf(query, as))).toBe(false)
  })

  it.each([
    ['a comparison', '{ rows { revenue before: revenue(compare: PREVIOUS_PERIOD) } }', ''],
    ['a share', '{ rows { share(of: "revenue") } }', ''],
    ['rows without gaps', ROWS, ', fillGaps: true'],
  ])('are none that ask for %s, which looks beyond a row', async (_, selection, input) => {
    const bound = await boundOf(asked(`, where: { country: { eq: "DE" } }${input}`, selection))
    expect([kinshipsOf(bound), kinOf(bound)]).toEqual([[], null])
  })

  it('are none that filter by what their rows are grouped by: totals looked like rows', async () => {
    expect(kinshipsOf(await boundOf(DE.replace('{ time: DAY }', '{ time: DAY }, { dimension: COUNTRY }')))).toEqual([])
  })

  it('of whom nothing is found are told what no row makes, not what came meanwhile of one of them', async () => {
    const { plan } = compileEmpty(await boundOf(DE), {})
    if (plan.input.kind !== 'Divide') throw new Error('It is a plan of metrics.')
    expect(plan.input.input.input.condition).toEqual({ kind: 'never' })
  })

  it('have one statement, which is of their tenant and has each value once', async () => {
    const members = (await Promise.all(['DE', 'US', 'US', 'FR'].map((country) => boundOf(asked(`, where: { country: { eq: "${country}" } }`))))).map(
      (bound) => kinshipsOf(bound)[0],
    ) as [Kinship, ...Kinship[]]
    const family = compileFamily(members, {})
    if (family === null) throw new Error('They have one.')
    checkSelect(family.select, { tenantId: TENANT })
    checkText(family.sql, family.parameters, { tenantId: TENANT })
    expect(() => checkSelect(family.select, { tenantId: randomUUID() })).toThrow('does not ask for the tenant')
    expect(family.parameters.filter(({ type }) => type === 'Array(String)').map(({ value }) => value)).toContainEqual(['DE', 'US', 'FR'])
  })
})
