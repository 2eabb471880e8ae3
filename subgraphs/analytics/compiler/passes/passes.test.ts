import { beforeAll, describe, expect, test } from 'vitest'
import { askAnalytics } from '../../execution/testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from '../../execution/testing/caseWorld.ts'
import type { BoundQuery } from '../bound.ts'
import type { Compiled } from '../compile.ts'
import { ALWAYS, all, any, column, IS_REFUND, KNOWN_USER, NO_TOUCH, not, type Condition } from '../../model/condition.ts'
import { describePlan } from '../plan/describe.ts'
import { given, simplify } from './simplify.ts'

let tenantId: string
beforeAll(async () => {
  tenantId = (await storeCaseWorld()).tenantId
})

/** The lines of the plan that the pass changes, and that the rows stay the same. Conditions are simple before the other passes look at them. */
async function effectOf(pass: string, query: string): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }> {
  const ask = async (passes: readonly string[]) => {
    const compiled: Compiled<BoundQuery>[] = []
    const { data, errors } = await askAnalytics({ query, tenantId, now: CASE_NOW, passes, onCompiled: (each) => compiled.push(each) })
    expect(errors).toBeUndefined()
    const lines = compiled.flatMap(({ plan }) => describePlan(plan).replaceAll(tenantId, 'T').split('\n')).map((line) => line.trim())
    return { data, lines }
  }
  const without = await ask(pass === 'simplifyConditions' ? [] : ['simplifyConditions'])
  const changed = await ask(['simplifyConditions', pass])
  expect(changed.data).toEqual(without.data)
  return { before: without.lines.filter((line) => !changed.lines.includes(line)), after: changed.lines.filter((line) => !without.lines.includes(line)) }
}

const MARCH = 'range: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }, timeZone: "UTC"'
const COHORTS = `entry: { kind: INSTALL }, grain: WEEK, periods: 2, ${MARCH}`

const CHOOSING = 'of a day, app, channel, partner and campaign the best source, of what it states twice the newest'

describe('simplifyConditions', () => {
  test('drops what is always true and merges lists of one column', async () => {
    const where = '{ and: [{}], or: [{ country: { eq: "DE" } }, { country: { in: ["US"] } }], not: { not: { platform: { contains: "" } } } }'
    expect(await effectOf('simplifyConditions', `{ metrics(input: { ${MARCH}, where: ${where} }) { rows { sessions } } }`)).toEqual({
      before: [
        'ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where ((all) and (((country in ["DE"])) or ((country in ["US"]))) and not (not ((all))))',
        `ScanCosts of tenant T, from 2026-03-01 until before 2026-04-01, where ((all) and (((country in ["DE"])) or ((country in ["US"]))) and not (not ((all)))), ${CHOOSING}`,
      ],
      after: [
        'ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where country in ["DE", "US"]',
        `ScanCosts of tenant T, from 2026-03-01 until before 2026-04-01, where country in ["DE", "US"], ${CHOOSING}`,
      ],
    })
  })
})

describe('simplify', () => {
  const country = (...values: readonly string[]): Condition => ({ kind: 'oneOf', operand: column('country'), values })

  test('an alternative that asks more than another one is needless', () => {
    expect(simplify(any(all(NO_TOUCH, not(IS_REFUND)), NO_TOUCH))).toEqual(NO_TOUCH)
    expect(simplify(any(all(NO_TOUCH, IS_REFUND), all(NO_TOUCH, country('DE'))))).toEqual(any(all(NO_TOUCH, IS_REFUND), all(NO_TOUCH, country('DE'))))
  })

  test('alternatives that ask the same in another order are one of them, and not none', () => {
    expect(simplify(any(all(NO_TOUCH, IS_REFUND), all(IS_REFUND, NO_TOUCH), KNOWN_USER))).toEqual(any(all(NO_TOUCH, IS_REFUND), KNOWN_USER))
  })

  test('alternatives do not ask again what is asked beside them', () => {
    expect(simplify(all(KNOWN_USER, any(all(KNOWN_USER, NO_TOUCH), IS_REFUND)))).toEqual(all(KNOWN_USER, any(NO_TOUCH, IS_REFUND)))
    expect(simplify(all(KNOWN_USER, any(all(KNOWN_USER), IS_REFUND)))).toEqual(KNOWN_USER)
  })

  test('of what is known of a row nothing is left to ask', () => {
    expect(given(all(KNOWN_USER, NO_TOUCH), all(NO_TOUCH, IS_REFUND))).toEqual(KNOWN_USER)
    expect(given(NO_TOUCH, NO_TOUCH)).toEqual(ALWAYS)
    expect(given(any(NO_TOUCH, IS_REFUND), NO_TOUCH)).toEqual(any(NO_TOUCH, IS_REFUND))
  })
})

describe('mergeAggregates', () => {
  test('computes once what several measures need', async () => {
    expect(
      await effectOf(
        'mergeAggregates',
        `{ metrics(input: { ${MARCH}, groupBy: [{ dimension: COUNTRY }], orderBy: [{ alias: "money" }] }) { rows { country money: revenue arpu users: activeUsers } } }`,
      ),
    ).toEqual({
      before: [
        'Divide q1 = m2 / m3',
        'Aggregate m1 = revenue of all, m2 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund), m4 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = country',
      ],
      after: [
        'Divide q1 = m1 / m3',
        'Aggregate m1 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = country',
      ],
    })
  })
})

describe('totalsAlone', () => {
  test('groups by nothing when only the totals are shown', async () => {
    expect(await effectOf('totalsAlone', `{ metrics(input: { ${MARCH}, groupBy: [{ time: DAY }] }) { totals { sessions } } }`)).toEqual({
      before: ['SortLimit g1 ASC, first 1000, only totals shown', 'Aggregate m1 = rows of event in ["session"] by g1 = DAY in UTC, with totals'],
      after: ['SortLimit in no order, first 1000, only totals shown', 'Aggregate m1 = rows of event in ["session"] by nothing'],
    })
  })

  test('divides credit without groups when only the totals are shown', async () => {
    const { after } = await effectOf('totalsAlone', `{ attribution(input: { ${ATTRIBUTION} }) { totals { conversions(model: LINEAR) } } }`)
    expect(after.slice(0, 2)).toEqual([
      'SortLimit in no order, first 1000, only totals shown',
      'DivideCredit m1 = conversions by LINEAR by nothing, showing touches where not app_version in ["9"] and conversions without touches',
    ])
  })

  test('declines when it is asked whether the limit has bitten', async () => {
    expect(
      await effectOf('totalsAlone', `{ metrics(input: { ${MARCH}, groupBy: [{ time: DAY }], limit: 1 }) { totals { sessions } info { isTruncated } } }`),
    ).toEqual({ before: [], after: [] })
  })
})

describe('narrowScan', () => {
  test('reads only the events that are counted', async () => {
    expect(await effectOf('narrowScan', `{ metrics(input: { ${MARCH} }) { rows { sessions installs signUps: events(name: "sign_up") } } }`)).toEqual({
      before: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where all'],
      after: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where event in ["session", "install", "sign_up"]'],
    })
  })

  test('declines with groups, whose rows would depend on what is selected', async () => {
    expect(await effectOf('narrowScan', `{ metrics(input: { ${MARCH}, groupBy: [{ dimension: COUNTRY }] }) { rows { country installs } } }`)).toEqual({
      before: [],
      after: [],
    })
  })
})

describe('narrowCosts', () => {
  const SCAN = 'ScanCosts of tenant T, from 2026-03-01 until before 2026-04-01, where all'

  test('reads no costs without groups', async () => {
    expect(await effectOf('narrowCosts', `{ metrics(input: { ${MARCH} }) { rows { sessions } } }`)).toEqual({ before: [`${SCAN}, ${CHOOSING}`], after: [] })
  })

  test('reads only which groups have costs when none is summed', async () => {
    expect(await effectOf('narrowCosts', `{ metrics(input: { ${MARCH}, groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } sessions } } }`)).toEqual(
      {
        before: [`${SCAN}, ${CHOOSING}`],
        after: [`${SCAN}, for their groups alone`],
      },
    )
  })

  test('declines when a measure sums them', async () => {
    expect(await effectOf('narrowCosts', `{ metrics(input: { ${MARCH} }) { rows { ecpi } } }`)).toEqual({ before: [], after: [] })
  })
})

describe('narrowActivity', () => {
  test('reads only the events that are counted and the entries', async () => {
    expect(await effectOf('narrowActivity', `{ cohorts(input: { ${COHORTS} }) { rows { start size periods { events(name: "sign_up") } } } }`)).toEqual({
      before: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where known user'],
      after: [
        'ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or event in ["sign_up"]))',
      ],
    })
  })
})

describe('boundActivity', () => {
  test('stops reading where the last period of the last entry ends', async () => {
    expect(await effectOf('boundActivity', `{ cohorts(input: { ${COHORTS}, periodUnit: DAY }) { rows { start size periods { users revenue } } } }`)).toEqual({
      before: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where known user'],
      after: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-03T00:00:00.000Z, where known user'],
    })
  })

  test('reads no further than the brackets need', async () => {
    const brackets = 'periods: 30, brackets: [{ from: 1, to: 1 }, { from: 0, to: 1 }]'
    const asked = `{ cohorts(input: { ${COHORTS.replace('periods: 2', brackets)}, periodUnit: DAY }) { rows { start size periods { users revenue } } } }`
    expect(await effectOf('boundActivity', asked)).toEqual({
      before: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where known user'],
      after: ['ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-03T00:00:00.000Z, where known user'],
    })
  })

  test('declines when later activity counts', async () => {
    expect(
      await effectOf('boundActivity', `{ cohorts(input: { ${COHORTS}, periodUnit: DAY, retention: UNBOUNDED }) { rows { start size periods { users } } } }`),
    ).toEqual({ before: [], after: [] })
  })
})

describe('knownOfRows', () => {
  test('does not ask of a row for a number what the scan asks of all', async () => {
    expect(
      await effectOf(
        'knownOfRows',
        `{ metrics(input: { ${MARCH}, where: { event: { eq: "purchase" }, creative: { isNull: true } } }) { rows { purchases } } }`,
      ),
    ).toEqual({
      before: ['Aggregate m1 = rows of (event in ["purchase"] and not refund) by nothing'],
      after: ['Aggregate m1 = rows of not refund by nothing'],
    })
  })

  test('declines where costs are counted too, which meet no condition', async () => {
    expect(await effectOf('knownOfRows', `{ metrics(input: { ${MARCH}, where: { country: { eq: "DE" } } }) { rows { sessions cost } } }`)).toEqual({
      before: [],
      after: [],
    })
  })
})

const GROUPED = `conversion: { event: "purchase" }, groupBy: [{ dimension: CHANNEL }], whereTouch: { channel: { notIn: ["9"] } }, ${MARCH}`
const ATTRIBUTION = `conversion: { event: "purchase" }, lookback: { clickDays: 7, viewDays: 1 }, whereTouch: { appVersion: { notIn: ["9"] } }, ${MARCH}`

describe('narrowTouches', () => {
  test('reads before the range only touches, of each kind those that can count', async () => {
    expect(await effectOf('narrowTouches', `{ attribution(input: { ${ATTRIBUTION} }) { rows { campaign { id } touchpoints } } }`)).toEqual({
      before: [
        'CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 7 days and impressions of 1 days before, by g1 = campaign_id, ties by event id',
        'ScanEvents of tenant T, from 2026-02-22T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where (known user and (touch is click or touch is impression or (event in ["purchase"] and not refund)))',
      ],
      after: [
        'CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 7 days and impressions of 1 days before, by g1 = campaign_id, ties by event id, reading no more',
        'ScanEvents of tenant T, from 2026-02-22T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user',
      ],
    })
  })
})

describe('narrowTouches of paths that are counted', () => {
  test('reads no more for SHAPLEY', async () => {
    const { after } = await effectOf('narrowTouches', `{ attribution(input: { ${GROUPED} }) { rows { channel conversions(model: SHAPLEY) } } }`)
    expect(after.filter((line) => line.endsWith('reading no more'))).toHaveLength(2)
  })

  test('declines for MARKOV, whose paths without a conversion reach as far back as the last one', async () => {
    const { after } = await effectOf('narrowTouches', `{ attribution(input: { ${GROUPED} }) { rows { channel conversions(model: MARKOV) } } }`)
    expect(after.filter((line) => line.endsWith('reading no more'))).toHaveLength(1)
  })
})

describe('convertersAlone', () => {
  const PATHS =
    'CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 7 days and impressions of 1 days before, by g1 = campaign_id, ties by event id'

  test('collects the touches of users alone who convert', async () => {
    expect(await effectOf('convertersAlone', `{ attribution(input: { ${ATTRIBUTION} }) { rows { campaign { id } touchpoints } } }`)).toEqual({
      before: [PATHS],
      after: [`${PATHS}, of users alone who convert`],
    })
  })

  test('declines for the paths of MARKOV, which are of everybody, and not for the rows beside them', async () => {
    const { before, after } = await effectOf('convertersAlone', `{ attribution(input: { ${GROUPED} }) { rows { channel conversions(model: MARKOV) } } }`)
    expect([before.length, after.length]).toEqual([0, 1])
    expect(after[0]).toMatch(/^CollectPaths .*, of users alone who convert$/)
  })
})

describe('unorderedPaths', () => {
  test('reads no event ids when no number depends on which of two touches at one instant is the first', async () => {
    const fields = 'campaign { id } touchpoints conversions(model: LINEAR) revenue(model: TIME_DECAY)'
    const { before, after } = await effectOf('unorderedPaths', `{ attribution(input: { ${ATTRIBUTION} }) { rows { ${fields} } } }`)
    expect(before.map((line) => line.replace(', ties by event id', ''))).toEqual(after)
    expect(after).toHaveLength(1)
  })

  test.each(['assists', 'conversions(model: FIRST_TOUCH)', 'revenue(model: LAST_NON_DIRECT)', 'conversions(model: POSITION_BASED)'])(
    'declines for %s',
    async (field) => {
      expect(await effectOf('unorderedPaths', `{ attribution(input: { ${ATTRIBUTION} }) { rows { ${field} } } }`)).toEqual({ before: [], after: [] })
    },
  )
})

describe('timesOnly', () => {
  test('reads no event ids when only the time of an entry is used', async () => {
    expect(await effectOf('timesOnly', `{ cohorts(input: { ${COHORTS} }) { rows { start size } } }`)).toEqual({
      before: ['FirstEntries per user, ties by event id, at or after 2026-03-01T00:00:00.000Z, by nothing, where all'],
      after: ['FirstEntries per user, at or after 2026-03-01T00:00:00.000Z, by nothing, where all'],
    })
  })

  test('declines when the entry is filtered or grouped by', async () => {
    expect(await effectOf('timesOnly', `{ cohorts(input: { ${COHORTS}, groupBy: [{ dimension: COUNTRY }] }) { rows { start country size } } }`)).toEqual({
      before: [],
      after: [],
    })
    expect(await effectOf('timesOnly', `{ cohorts(input: { ${COHORTS}, where: { country: { eq: "DE" } } }) { rows { start size } } }`)).toEqual({
      before: [],
      after: [],
    })
  })
})

describe('narrowSteps', () => {
  const funnel = (order: string) =>
    `{ funnel(input: { steps: [{ event: "install" } { event: "purchase" }], order: ${order}, ${MARCH} }) { rows { steps { users } } } }`

  test('reads of a user only what meets a step', async () => {
    const span = 'ScanEvents of tenant T, from 2026-03-01T00:00:00.000Z until before 2026-04-08T00:00:00.000Z'
    const met = 'not refund and event in ["install", "purchase"]'
    expect(await effectOf('narrowSteps', funnel('ORDERED'))).toEqual({
      before: [`${span}, where known user`],
      after: [`${span}, where (known user and ${met})`],
    })
  })

  test('declines when it matters what comes between', async () => {
    expect(await effectOf('narrowSteps', funnel('STRICT'))).toEqual({ before: [], after: [] })
  })
})

describe('levelsAlone', () => {
  const funnel = (rest: string, fields = 'users') =>
    `{ funnel(input: { steps: [{ event: "install" } { event: "purchase" }], ${MARCH}${rest} }) { rows { steps { ${fields} } } } }`

  test('tells only how far when neither times nor groups are asked for', async () => {
    expect(await effectOf('levelsAlone', funnel(''))).toEqual({
      before: ['BestAttempts per user and group, ORDERED within 604800 seconds, the furthest and then the earliest'],
      after: ['BestAttempts per user and group, ORDERED within 604800 seconds, only how far'],
    })
  })

  test('declines when it matters which attempt it was, or what ends one or lies between', async () => {
    const nothing = { before: [], after: [] }
    expect(await effectOf('levelsAlone', funnel('', 'medianSeconds'))).toEqual(nothing)
    expect(await effectOf('levelsAlone', funnel(', groupBy: [{ time: DAY }]'))).toEqual(nothing)
    expect(await effectOf('levelsAlone', funnel(', exclude: [{ event: "refund" }]'))).toEqual(nothing)
    expect(await effectOf('levelsAlone', funnel(', order: STRICT'))).toEqual(nothing)
    expect(await effectOf('levelsAlone', funnel(', order: UNORDERED'))).toEqual(nothing)
  })
})
