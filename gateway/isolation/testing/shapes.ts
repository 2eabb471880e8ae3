import { idOf, newName, type Asking } from './asking.ts'
import { chance, pick, some } from './draw.ts'

/** Makes a whole input object, list or set of arguments whose members must fit each other. `rest` makes any of its members as the type has it. */
export type Shape = (asking: Asking, rest: (member: string) => unknown) => unknown

const DAY_MS = 86_400_000

/** The groups that the selection needs, and no others: what is not grouped by cannot be selected. */
const groupBy: Shape = ({ needs, draw }) => [
  ...[...needs.dimensions].map((dimension) => ({ dimension })),
  ...[...needs.properties].map((property) => ({ property })),
  ...[...needs.segments].map((segment) => ({ segment })),
  ...(needs.isTimed ? [{ time: pick(draw, ['DAY', 'WEEK', 'MONTH']) }] : []),
]

/** Whole days in UTC, as costs are known, today included; sometimes until now. */
const range: Shape = ({ draw }) => {
  if (chance(draw, 10)) return { last: 30 + draw(30), unit: 'DAY', includeCurrent: chance(draw, 50) }
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  return { start: new Date(today - 40 * DAY_MS).toISOString(), end: new Date(today + 2 * DAY_MS).toISOString() }
}

/** Every argument of the question but those that make it another one. */
function question(members: readonly string[], optional: readonly string[]): Shape {
  return (asking, rest) =>
    Object.fromEntries([...members, ...some(asking.draw, optional, { percent: asking.optional, most: 4 })].map((member) => [member, rest(member)]))
}

const model: Shape = ({ draw }) => ({ model: pick(draw, ['FIRST_TOUCH', 'LAST_TOUCH', 'LINEAR', 'POSITION_BASED', 'LAST_NON_DIRECT']) })
const modelWithAll: Shape = (asking, rest) =>
  chance(asking.draw, 70)
    ? model(asking, rest)
    : pick(asking.draw, [
        { model: 'TIME_DECAY', halfLifeDays: 3 },
        { model: 'MARKOV', order: 1 },
      ])
/** Comparing is a question of its own, so it is asked seldom. */
const seldomCompared =
  (...members: readonly string[]): Shape =>
  (asking, rest) =>
    Object.fromEntries([...members, ...(chance(asking.draw, 10) ? ['compare'] : [])].map((member) => [member, rest(member)]))

/** By the coordinate of a field (its arguments together), of an argument or input field, or by the name of an input type. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'MetricsInput.groupBy': groupBy,
  'CohortsInput.groupBy': (asking, rest) => (groupBy(asking, rest) as readonly object[]).filter((group) => !('time' in group)),
  'FunnelInput.groupBy': groupBy,
  'AttributionInput.groupBy': (asking, rest) => (groupBy(asking, rest) as readonly object[]).filter((group) => !('time' in group)),
  RangeInput: range,
  MetricsInput: question(['range', 'timeZone', 'groupBy'], ['where', 'limit', 'explain', 'fillGaps', 'orderBy', 'top']),
  CohortsInput: question(
    ['range', 'timeZone', 'groupBy', 'entry', 'grain', 'periods'],
    ['where', 'limit', 'explain', 'activity', 'denominator', 'retention', 'periodKind', 'periodUnit', 'brackets'],
  ),
  'CohortsInput.grain': ({ draw }) => pick(draw, ['DAY', 'WEEK']),
  'CohortsInput.periodUnit': ({ draw }) => pick(draw, ['DAY', 'WEEK']),
  'CohortsInput.brackets': () => [
    { from: 0, to: 0 },
    { from: 0, to: 1 },
  ],
  CohortEntry: (asking) =>
    pick(asking.draw, [
      { kind: 'INSTALL' },
      { kind: 'SIGN_UP' },
      { kind: 'FIRST_EVENT', event: idOf(asking, 'event') },
      { kind: 'SEGMENT', segment: idOf(asking, 'segment') },
    ]),
  FunnelInput: question(['range', 'timeZone', 'groupBy', 'steps'], ['where', 'limit', 'explain', 'exclude', 'order', 'windowSeconds']),
  'FunnelInput.steps': (asking) => ['install', idOf(asking, 'event'), 'purchase'].slice(0, 2 + asking.draw(2)).map((event) => ({ event })),
  AttributionInput: question(['range', 'timeZone', 'groupBy', 'conversion'], ['where', 'limit', 'explain', 'lookback', 'whereTouch']),
  PathsInput: (asking, rest) => {
    const begin = chance(asking.draw, 50) ? 'conversion' : 'start'
    return question([begin, 'range', 'timeZone'], ['collapseRepeats', 'depth', 'explain', 'graphEvents', 'includeTouches', 'limit', 'lookbackDays', 'where'])(
      asking,
      rest,
    )
  },
  PathStartInput: (asking, rest) => question(['event'], ['where'])(asking, rest),
  WithinInput: range,
  'WithinInput.last': ({ draw }) => 1 + draw(30),
  'OrderBy.dimension': ({ needs, draw }) => pick(draw, [...needs.dimensions, 'EVENT']),
  StreamStart: ({ draw }) => (chance(draw, 50) ? { position: pick(draw, ['BEGINNING', 'END']) } : { at: new Date(Date.now() - DAY_MS).toISOString() }),
  'Subscription.conversions': (asking, rest) => ({
    ...(chance(asking.draw, 60) ? { from: rest('from') } : chance(asking.draw, 40) ? { after: rest('after') } : {}),
    ...(chance(asking.draw, asking.optional) ? { where: rest('where') } : {}),
    ...(chance(asking.draw, 5) ? { group: rest('group'), maxInFlight: rest('maxInFlight') } : {}),
  }),
  CreateKeyInput: (asking, rest) => {
    const common = { name: rest('name'), ...(chance(asking.draw, 30) ? { expiresAt: rest('expiresAt'), masks: rest('masks') } : {}) }
    return pick(asking.draw, [
      () => ({ ...common, kind: 'API', scopes: rest('scopes'), filters: rest('filters') }),
      () => ({ ...common, kind: 'PARTNER', filters: [{ dimension: 'PARTNER', in: [idOf(asking, 'partner')] }] }),
      () => ({ ...common, kind: 'INGEST', ingestKind: 'SDK', app: rest('app'), maxRevenue: rest('maxRevenue') }),
      () => ({ ...common, kind: 'INGEST', ingestKind: 'SERVER' }),
    ])()
  },
  'AttributionRow.conversions': modelWithAll,
  'AttributionRow.revenue': model,
  'AttributionRow.cpa': model,
  'AttributionRow.roas': model,
  'AttributionRow.conversionsInterval': ({ draw }) => ({ model: pick(draw, ['MARKOV', 'SHAPLEY']), level: 0.9 }),
  'MetricsRow.cell': ({ draw }) => ({ of: pick(draw, ['payers', 'activeUsers', 'installs']) }),
  'MetricsRow.number': (asking, rest) => ({ as: rest('as'), property: rest('property'), ...(chance(asking.draw, 30) ? { event: rest('event') } : {}) }),
  'MetricsRow.running': seldomCompared('of'),
  'MetricsRow.share': seldomCompared('of'),
  'MetricsRow.firstValue': seldomCompared('property'),
  'MetricsRow.lastValue': seldomCompared('property'),
  'Mutation.login': (asking) => {
    // Its own account's password alone: whoever has another's has that account.
    const own = asking.tenant?.accounts[asking.draw(4)]
    if (own !== undefined && chance(asking.draw, 50)) return { email: own.email, password: own.password, rememberMe: chance(asking.draw, 50) }
    return { email: idOf(asking, 'email'), password: `wrong password ${asking.draw(1000)}`, rememberMe: false }
  },
  'Mutation.register': (asking) => ({
    email: chance(asking.draw, 70) ? `${newName(asking)}@example.test` : idOf(asking, 'email'),
    name: newName(asking),
    password: `Correct-horse-battery-${asking.draw(1_000_000)}`,
  }),
}

for (const field of [
  'activeUsers',
  'arpu',
  'attributedInstalls',
  'clicks',
  'cost',
  'ctr',
  'cvr',
  'ecpi',
  'grossRevenue',
  'impressions',
  'installs',
  'ipm',
  'newUsers',
  'payers',
  'purchases',
  'refunds',
  'returningUsers',
  'revenue',
  'roas',
  'roi',
  'sessions',
  'stickiness',
])
  Object.assign(SHAPES, { [`MetricsRow.${field}`]: seldomCompared() })
for (const field of ['events', 'eventUsers']) Object.assign(SHAPES, { [`MetricsRow.${field}`]: seldomCompared('name') })
Object.assign(SHAPES, { 'MetricsRow.activeUsersOver': seldomCompared('days') })
