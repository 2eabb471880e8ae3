import * as fc from 'fast-check'
import type { RandomGroup } from './randomFilter.ts'

export const plainMeasures = [
  'impressions',
  'clicks',
  'installs',
  'attributedInstalls',
  'sessions',
  'activeUsers',
  'newUsers',
  'returningUsers',
  'payers',
  'purchases',
  'revenue',
  'grossRevenue',
  'refunds',
  'arpu',
  'ctr',
  'cvr',
  'ipm',
] as const
const additive = ['impressions', 'installs', 'sessions', 'purchases', 'revenue', 'refunds'] as const
export const costMeasures = ['cost', 'roas', 'roi', 'ecpi'] as const
export const randomEventName = fc.constantFrom('purchase', 'session', 'sign_up', 'install', 'click', 'refund', "level '100%_up'\\", 'never')
const randomCompare = fc.constantFrom('PREVIOUS_PERIOD', 'PREVIOUS_PERIOD', 'SAME_WEEKDAYS', 'SAME_WEEKDAYS', 'PREVIOUS_YEAR')

const LIFECYCLE = 'lifecycle { newUsers returningUsers resurrectedUsers dormantUsers }'

/** null mostly: the value in one of n. */
export const oneIn = <Value>(n: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: n - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

/** Some measures go by days, or need them. */
export function isOfGroups(measure: string, groupBy: readonly RandomGroup[]): boolean {
  const unit = groupBy.flatMap((by) => ('time' in by ? [by.time] : []))[0] ?? null
  if (measure.startsWith('running')) return unit !== null
  if (measure === LIFECYCLE) return unit !== null && unit !== 'HOUR'
  return unit !== 'HOUR' || !/^(activeUsersOver|stickiness)/.test(measure)
}

const randomOfProperty = fc
  .record({
    name: fc.constantFrom('number', 'number', 'firstValue', 'lastValue'),
    event: fc.option(randomEventName, { nil: null }),
    property: fc.constantFrom('level', 'level', 'plan', 'missing'),
    as: fc.constantFrom('SUM', 'AVERAGE', 'MIN', 'MAX', 'QUANTILE'),
    level: fc.constantFrom(0, 0.1, 0.5, 0.333333, 0.75, 1),
  })
  .map(({ name, event, property, as, level }) => {
    const rows = [...(event === null ? [] : [`event: ${JSON.stringify(event)}`]), `property: ${JSON.stringify(property)}`]
    return { name, event: name === 'number' ? [...rows, `as: ${as}`, `level: ${level}`] : rows }
  })

/** As it is selected, with its arguments. */
export function randomMeasure({ ofCosts }: { ofCosts: boolean }): fc.Arbitrary<string> {
  const names = ofCosts ? [...plainMeasures, ...costMeasures, ...costMeasures, ...costMeasures] : plainMeasures
  const what = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<string>(...names).map((name) => ({ name, event: [] as string[] })) },
    { weight: 1, arbitrary: randomEventName.map((event) => ({ name: 'events', event: [`name: ${JSON.stringify(event)}`] })) },
    { weight: 1, arbitrary: randomEventName.map((event) => ({ name: 'eventUsers', event: [`name: ${JSON.stringify(event)}`] })) },
    { weight: 2, arbitrary: randomOfProperty },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(1, 2, 7, 30, 90)
        .chain((days) => fc.constantFrom('activeUsersOver', 'stickiness').map((name) => ({ name, event: [`days: ${days}`] }))),
    },
    { weight: 1, arbitrary: fc.constantFrom('activeUsers', 'payers').map((name) => ({ name, event: ['approximate: true'] })) },
    { weight: 2, arbitrary: fc.constant({ name: LIFECYCLE, event: [] as string[] }) },
    { weight: 2, arbitrary: fc.constantFrom<string>(...names).map((of) => ({ name: 'share', event: [`of: "${of}"`] })) },
    { weight: 1, arbitrary: fc.constantFrom<string>(...additive, ...(ofCosts ? ['cost'] : [])).map((of) => ({ name: 'running', event: [`of: "${of}"`] })) },
  )
  const compare = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: randomCompare.map((each) => [`compare: ${each}`]) })
  return fc.tuple(what, compare).map(([{ name, event }, compared]) => {
    if (name === LIFECYCLE) return name
    const args = [...event, ...compared]
    return args.length === 0 ? name : `${name}(${args.join(', ')})`
  })
}
