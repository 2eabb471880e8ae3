import { beforeAll, describe, expect, test } from 'vitest'
import type { BoundQuery } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import { askAnalytics } from './testing/askAnalytics.ts'
import { CASE_NOW, storeCaseWorld } from './testing/caseWorld.ts'

// The masks of a key: what it sees as null, over the real ClickHouse.

let tenantId: string
beforeAll(async () => {
  tenantId = (await storeCaseWorld()).tenantId
})

const SPRING = 'range: { start: "2026-02-01T00:00:00Z", end: "2026-05-01T00:00:00Z" }, timeZone: "UTC"'
const MONEY = ['cost', 'revenue', 'partner']

async function ask(query: string, masks: readonly string[] = []) {
  const statements: string[] = []
  let counted = 0
  const onCompiled = ({ sql, journeys }: Compiled<BoundQuery>) => {
    statements.push(sql, ...(journeys === null ? [] : [journeys.sql]))
    if (journeys !== null) counted += 1
  }
  const answer = await askAnalytics({ query, tenantId, now: CASE_NOW, masks, onCompiled })
  return { ...JSON.parse(JSON.stringify(answer)), statements, counted }
}

/** Code, path and message of what is refused. */
async function refused(query: string, masks: readonly string[]): Promise<readonly string[]> {
  const { errors, statements } = await ask(query, masks)
  expect(statements).toEqual([])
  return errors[0].extensions.issues.map(
    ({ code, path, message }: { code: string; path: string[]; message: string }) => `${code} ${path.join('.')}: ${message}`,
  )
}

const mayNotSee = (path: string, name: string) => `FIELD_MASKED ${path}: This key may not see "${name}".`

/** The same rows with these fields null. */
const without = (rows: readonly Record<string, unknown>[], fields: readonly string[]) =>
  rows.map((row) => ({ ...row, ...Object.fromEntries(fields.map((field) => [field, null])) }))

describe('metrics', () => {
  const hidden = ['revenue', 'grossRevenue', 'refunds', 'cost', 'roas', 'roi', 'ecpi', 'arpu']
  const query = `{ metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }] }) {
    rows { country sessions payers ctr ${hidden.join(' ')} } totals { sessions ${hidden.join(' ')} before: cost(compare: PREVIOUS_YEAR) } } }`

  test('show what is masked and what is made of it as null, and compute neither', async () => {
    const open = (await ask(query)).data.metrics
    expect(open.totals.roas).not.toBeNull()
    const { data, errors, statements } = await ask(query, MONEY)
    expect(errors).toBeUndefined()
    expect(data.metrics.rows).toEqual(without(open.rows, hidden))
    expect(data.metrics.totals).toEqual(without([open.totals], [...hidden, 'before'])[0])
    expect(statements.join()).not.toMatch(/revenue|cost/)
  })

  test('are the same for masks of other fields', async () => {
    expect((await ask(query, ['userId', 'attributedUsers'])).data).toEqual((await ask(query)).data)
  })

  test('hide of cost alone what needs it, and the groups that have nothing else', async () => {
    const asked = `{ metrics(input: { ${SPRING}, groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } revenue cost roas } totals { revenue cost arpu } } }`
    const open = (await ask(asked)).data.metrics
    const { data } = await ask(asked, ['cost'])
    // Posters have costs and no event at all.
    const known = open.rows.filter((row: { campaign: { id: string } | null }) => row.campaign?.id !== 'posters')
    expect(known).toHaveLength(open.rows.length - 1)
    expect(data.metrics.rows).toEqual(without(known, ['cost', 'roas']))
    expect(data.metrics.totals).toEqual({ ...open.totals, cost: null })
  })

  test('may be of masked measures alone', async () => {
    const { data, errors } = await ask(`{ metrics(input: { ${SPRING} }) { rows { revenue } totals { roas } } }`, MONEY)
    expect(errors).toBeUndefined()
    expect(data.metrics).toEqual({ rows: [{ revenue: null }], totals: { roas: null } })
  })

  test('are not grouped, filtered or ordered by what is masked', async () => {
    const input = `${SPRING}, groupBy: [{ dimension: PARTNER }, { dimension: COUNTRY }], where: { or: [{ not: { partner: { isNull: true } } }, { channel: { eq: "social" } }] }
      orderBy: [{ dimension: PARTNER }, { measure: "arpu" }, { alias: "r" }, { alias: "paid", direction: ASC }, { alias: "sessions" }]`
    expect(await refused(`{ metrics(input: { ${input} }) { rows { country partner { id } r: roas paid: revenue sessions } } }`, MONEY)).toEqual([
      mayNotSee('groupBy.0.dimension', 'partner'),
      mayNotSee('rows.partner', 'partner'),
      mayNotSee('orderBy.0.dimension', 'partner'),
      mayNotSee('orderBy.1.measure', 'arpu'),
      mayNotSee('orderBy.2.alias', 'roas'),
      mayNotSee('orderBy.3.alias', 'revenue'),
      mayNotSee('where.or.0.not.partner', 'partner'),
    ])
  })

  test('take a property by the field and by its own name, and an event that is named as a filter', async () => {
    const asked = `{ metrics(input: { ${SPRING}, groupBy: [{ property: "mode" }], where: { property: { name: "level", number: { gt: 3 } } } }) {
      rows { property(name: "mode") events(name: "session") } } }`
    expect(await refused(asked, ['property'])).toEqual([
      mayNotSee('groupBy.0.property', 'mode'),
      mayNotSee('rows.property', 'mode'),
      mayNotSee('where.property', 'level'),
    ])
    expect(await refused(asked, ['level', 'event'])).toEqual([mayNotSee('where.property', 'level'), mayNotSee('rows.events.name', 'event')])
  })
})

describe('metrics that are made of others', () => {
  const fields = `activeUsers newUsers returningUsers wau: activeUsersOver(days: 7) stickiness lifecycle { newUsers dormantUsers }
    users: share(of: "activeUsers") money: running(of: "revenue") level: number(property: "level", as: SUM) mode: firstValue(property: "mode") sessions`
  const query = `{ metrics(input: { ${SPRING}, groupBy: [{ time: MONTH }] }) { rows { ${fields} } } }`

  test.each([
    [['activeUsers'], ['activeUsers', 'newUsers', 'returningUsers', 'wau', 'stickiness', 'lifecycle', 'users']],
    [['newUsers'], ['newUsers', 'returningUsers', 'lifecycle']],
    [['activeUsersOver'], ['wau', 'stickiness']],
    [['dormantUsers'], ['lifecycle']],
    [['revenue'], ['money']],
    [
      ['share', 'running'],
      ['users', 'money'],
    ],
    [['level'], ['level']],
    [['property'], ['level', 'mode']],
  ])('are null with a mask of %s, and the others as they are', async (masks, hidden) => {
    const open = (await ask(query)).data.metrics.rows
    const { data, errors } = await ask(query, masks)
    expect(errors).toBeUndefined()
    expect(data.metrics.rows).toEqual(without(open, hidden))
  })

  test('do not choose the best by what is masked', async () => {
    const asked = `{ metrics(input: { ${SPRING}, groupBy: [{ dimension: COUNTRY }], top: { count: 1, by: "arpu" } }) { rows { country } } }`
    expect(await refused(asked, ['revenue'])).toEqual([mayNotSee('top.by', 'arpu')])
  })
})

describe('cohorts', () => {
  const input = `${SPRING}, entry: { kind: INSTALL }, grain: MONTH, periods: 3`
  const hidden = ['revenue', 'cumulativeRevenue', 'arpu', 'ltv', 'roas']
  const query = `{ cohorts(input: { ${input} }) { rows { start size cost periods { index users retention events isPartial ${hidden.join(' ')} } } } }`

  test('show what is masked and what is made of it as null, and compute neither', async () => {
    const open = (await ask(query)).data.cohorts.rows
    expect(open[0].periods[0].roas).not.toBeNull()
    const { data, errors, statements } = await ask(query, MONEY)
    expect(errors).toBeUndefined()
    const expected = open.map((row: { periods: Record<string, unknown>[] }) => ({ ...row, cost: null, periods: without(row.periods, hidden) }))
    expect(data.cohorts.rows).toEqual(expected)
    expect(statements.join()).not.toMatch(/revenue|cost/)
    expect((await ask(query, ['partner'])).data.cohorts.rows).toEqual(open)
  })

  test('hide the interval with the retention, payers and purchases, and the money of the mean', async () => {
    const numbers = 'size cost periods { index retention retentionInterval { low high } payers purchases ltv roas }'
    const all = `{ cohorts(input: { ${input} }) { rows { ${numbers} } mean { ${numbers} } } }`
    const open = (await ask(all)).data.cohorts
    expect(open.mean.periods[0]).not.toMatchObject({ retentionInterval: null })
    expect(open.mean.periods[0].roas).not.toBeNull()
    const money = (await ask(all, MONEY)).data.cohorts
    expect(money.mean).toEqual({ ...open.mean, cost: null, periods: without(open.mean.periods, ['ltv', 'roas']) })
    const others = await ask(all, ['retention', 'payers', 'purchases'])
    expect(others.data.cohorts.mean.periods).toEqual(without(open.mean.periods, ['retention', 'retentionInterval', 'payers', 'purchases']))
    expect(others.data.cohorts.rows[0].periods).toEqual(without(open.rows[0].periods, ['retention', 'retentionInterval', 'payers', 'purchases']))
    expect(others.statements.join()).not.toMatch(/uniqExactIf\(a.`user_id`, a.is_/)
    expect(await refused(`{ cohorts(input: { ${input} }) { mean { size periods { users } } } }`, ['size', 'users'])).toEqual([
      mayNotSee('mean.size', 'size'),
      mayNotSee('mean.periods.users', 'users'),
    ])
  })

  test('refuse what is never null, and groups and filters by what is masked', async () => {
    const asked = `{ cohorts(input: { ${input}, groupBy: [{ dimension: PARTNER }], where: { partner: { eq: "a" } }, activity: { where: { partner: { eq: "b" } } } }) {
      rows { size periods { retention users events } } } }`
    expect(await refused(asked, ['partner', 'size', 'events'])).toEqual([
      mayNotSee('groupBy.0.dimension', 'partner'),
      mayNotSee('rows.size', 'size'),
      mayNotSee('where.partner', 'partner'),
      mayNotSee('activity.where.partner', 'partner'),
    ])
    const { data } = await ask(`{ cohorts(input: { ${input} }) { rows { periods { retention events users } } } }`, ['size', 'events'])
    expect(data.cohorts.rows[0].periods[0]).toMatchObject({ retention: null, events: null })
  })
})

describe('attribution', () => {
  const credits = 'revenue(model: LINEAR) roas(model: LINEAR) cpa(model: LINEAR) cost'
  const asked = (rest: string) => `attribution(input: { ${SPRING}, conversion: { event: "purchase" }, ${rest} })`
  const fields = `conversions(model: LINEAR) touchpoints assists ${credits}`
  const query = `{ ${asked('groupBy: [{ dimension: CHANNEL }]')} { rows { channel ${fields} } totals { ${fields} } } }`
  const hidden = ['revenue', 'roas', 'cpa', 'cost']

  test('shows what is masked and what is made of it as null, and computes neither', async () => {
    const open = (await ask(query)).data.attribution
    const { data, errors, statements } = await ask(query, MONEY)
    expect(errors).toBeUndefined()
    expect(open.totals.cpa).not.toBeNull()
    expect(data.attribution).toEqual({ rows: without(open.rows, hidden), totals: { ...open.totals, ...without([{}], hidden)[0] } })
    expect(statements.join()).not.toMatch(/revenue|cost/)
    expect((await ask(query, ['partner'])).data.attribution).toEqual(open)
    expect((await ask(query, ['conversions', 'touchpoints'])).data.attribution.totals).toEqual({
      ...open.totals,
      conversions: null,
      cpa: null,
      touchpoints: null,
    })
  })

  test('hides of models that count paths the same, with their intervals, and reads no path where all is hidden', async () => {
    const numbers = 'conversions(model: MARKOV) conversionsInterval(model: MARKOV) { low } revenue(model: SHAPLEY)'
    const counted = `{ ${asked('groupBy: [{ dimension: CHANNEL }]')} { rows { channel ${numbers} } } }`
    const open = (await ask(counted)).data.attribution
    expect(open.rows.some((row: { conversions: number }) => row.conversions > 0)).toBe(true)
    const paid = await ask(counted, ['revenue'])
    expect(paid.data.attribution.rows).toEqual(without(open.rows, ['revenue']))
    const none = await ask(counted, ['revenue', 'conversions'])
    expect(none.data.attribution.rows).toEqual(without(open.rows, ['revenue', 'conversions', 'conversionsInterval']))
    expect([paid.counted, none.counted]).toEqual([1, 0])
    expect(paid.statements.join()).not.toMatch(/revenue/)
  })

  test('is not grouped or filtered by what is masked', async () => {
    const partners = 'where: { partner: { eq: "a" } }, whereTouch: { and: [{ partner: { eq: "b" } }] }'
    expect(await refused(`{ ${asked(`groupBy: [{ dimension: PARTNER }], ${partners}`)} { rows { partner { id } touchpoints } } }`, ['partner'])).toEqual([
      mayNotSee('groupBy.0.dimension', 'partner'),
      mayNotSee('rows.partner', 'partner'),
      mayNotSee('where.partner', 'partner'),
      mayNotSee('whereTouch.and.0.partner', 'partner'),
    ])
    expect(
      await refused(`{ attribution(input: { ${SPRING}, conversion: { event: "purchase", where: { partner: { in: [] } } } }) { rows { touchpoints } } }`, [
        'partner',
        'campaign',
        'event',
      ]),
    ).toEqual([mayNotSee('groupBy.0.dimension', 'campaign'), mayNotSee('conversion.event', 'event'), mayNotSee('conversion.where.partner', 'partner')])
  })
})

describe('a funnel', () => {
  const asked = (rest = '') => `funnel(input: { ${SPRING}, steps: [{ event: "install" } { event: "purchase" }]${rest} })`
  const hidden = ['conversion', 'conversionFromPrevious', 'medianSeconds']
  const query = `{ ${asked()} { rows { steps { index p90Seconds ${hidden.join(' ')} } } } }`

  test('shows what is masked and what is made of it as null', async () => {
    const [open] = (await ask(query)).data.funnel.rows
    expect(open.steps[1].medianSeconds).not.toBeNull()
    const { data, errors } = await ask(query, ['users', 'medianSeconds'])
    expect(errors).toBeUndefined()
    expect(data.funnel.rows).toEqual([{ steps: without(open.steps, hidden) }])
    const times = await ask(`{ ${asked()} { rows { steps { users medianSeconds } } } }`, ['medianSeconds'])
    expect(times.statements.join()).not.toMatch(/quantile/)
  })

  test('does not show what is never null, nor group, filter or name an event by what is masked', async () => {
    expect(await refused(`{ ${asked()} { rows { steps { users dropOff } } } }`, ['users'])).toEqual([
      mayNotSee('rows.steps.users', 'users'),
      mayNotSee('rows.steps.dropOff', 'dropOff'),
    ])
    const partner = ', groupBy: [{ dimension: PARTNER }], where: { partner: { eq: "a" } }, exclude: [{ event: "x", where: { partner: { eq: "b" } } }]'
    expect(await refused(`{ ${asked(partner)} { rows { partner { id } } } }`, ['partner', 'event'])).toEqual([
      mayNotSee('groupBy.0.dimension', 'partner'),
      mayNotSee('rows.partner', 'partner'),
      mayNotSee('where.partner', 'partner'),
      mayNotSee('steps.0.event', 'event'),
      mayNotSee('steps.1.event', 'event'),
      mayNotSee('exclude.0.event', 'event'),
      mayNotSee('exclude.0.where.partner', 'partner'),
    ])
  })
})

describe('paths', () => {
  const asked = (rest = '') => `paths(input: { ${SPRING}, conversion: { event: "purchase" }${rest} })`
  const numbers = 'users conversions revenue'

  test('show masked revenue as null and do not compute it', async () => {
    const query = `{ ${asked()} { paths { steps ${numbers} } totals { ${numbers} } graph { nodes { id users } } } }`
    const open = (await ask(query)).data.paths
    expect(open.totals.revenue).not.toBeNull()
    const { data, errors, statements } = await ask(query, MONEY)
    expect(errors).toBeUndefined()
    expect(data.paths).toEqual({ ...open, paths: without(open.paths, ['revenue']), totals: { ...open.totals, revenue: null } })
    expect(statements.join()).not.toMatch(/revenue/)
  })

  test('are not told apart by masked names, nor counted by masked numbers', async () => {
    expect(await refused(`{ ${asked()} { paths { conversions } totals { users } graph { links { conversions } } } }`, ['event'])).toEqual([
      mayNotSee('paths', 'event'),
      mayNotSee('graph', 'event'),
      mayNotSee('conversion.event', 'event'),
    ])
    const { errors, data } = await ask(`{ paths(input: { ${SPRING} }) { totals { users } } }`, ['event'])
    expect([errors, Number(data.paths.totals.users) > 0]).toEqual([undefined, true])
    expect(
      await refused(`{ ${asked()} { paths { steps users } totals { conversions } graph { nodes { users } links { conversions } } } }`, [
        'users',
        'conversions',
      ]),
    ).toEqual([
      mayNotSee('paths.users', 'users'),
      mayNotSee('totals.conversions', 'conversions'),
      mayNotSee('graph.nodes.users', 'users'),
      mayNotSee('graph.links.conversions', 'conversions'),
    ])
    const { statements } = await ask(`{ ${asked()} { paths { steps conversions } } }`, ['users'])
    expect(statements.join()).not.toMatch(/uniqExact/)
  })

  test('are not filtered by what is masked', async () => {
    const filters = ', where: { partner: { eq: "a" } }'
    expect(await refused(`{ ${asked(filters)} { paths { steps } } }`, ['partner'])).toEqual([mayNotSee('where.partner', 'partner')])
  })
})
