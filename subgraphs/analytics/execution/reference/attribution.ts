import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { toMicros } from './decimals.ts'
import { matches } from './filters.ts'
import { add, fraction, times, toNumber, ZERO, type Fraction } from './fractions.ts'
import { compareTexts, groupBy, labelOf, labelsKey, labelsOf, NO_LABELS, type Labels } from './groups.ts'
import { chainInDoubles, type ChainPath } from './markov.ts'
import { nullPathsOf } from './nullPaths.ts'
import { inOrder } from './pathOrder.ts'
import type { AttributionQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { occurredAt, storedEvent, type World } from './world.ts'

/** The model of a field; a half-life is in days, an order of MARKOV. */
export type Model = { readonly name: string; readonly halfLifeDays: number; readonly order: number }

/** Exact for the models that divide by whole numbers, a double for those that decay, and for removal effects. */
export type Credit = Fraction | number

export type AttributionRow = {
  readonly labels: Labels
  /** Credited conversions. */
  readonly conversions: (model: Model) => Credit
  /** Credited revenue in millionths. */
  readonly revenue: (model: Model) => Credit
  readonly touchpoints: number
  readonly assists: number
}
export type AttributionAnswer = {
  readonly rows: readonly AttributionRow[]
  readonly totals: AttributionRow
  readonly isTruncated: boolean
  /** Before the limit. */ readonly allRows: readonly AttributionRow[]
}

const DAY_MS = 86_400_000
/** What doubles leave of an effect that is none. */
const LEAST_SHARE = 1e-12

/**
 * The naive calculation of `attribution`: for each conversion of the range the touches of its user are searched for, put in order and given
 * their shares, one conversion after the other; then the shares are put in groups. `otherGroups` are labels that have a row whoever is credited,
 * such as those with costs. Rows come by the groups in the question's order, ascending, absent values last.
 */
export function referenceAttribution(request: {
  world: World
  tenantId: string
  input: AttributionQuestion
  now: number
  otherGroups?: readonly Labels[]
  /** Of MARKOV: groups on paths without a conversion alone have a row where one credits them. Default: none. */
  orders?: readonly number[]
}): AttributionAnswer {
  const { world, tenantId, input, now, otherGroups = [], orders = [] } = request
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const own = world.filter((row) => row.tenant_id === tenantId && row.user_id !== '')
  const isConversion = (row: StoredEvent) =>
    row.event === input.conversion.event && !row.is_refund && matches(input.where, row) && matches(input.conversion.where, row)
  const isInRange = (row: StoredEvent) => occurredAt(row) >= range.start && occurredAt(row) < range.end
  const conversions = own.filter((row) => isConversion(row) && isInRange(row))
  const groupOf = (touch: StoredEvent) => labelsKey(labelsOf(touch, input.groupBy))
  const nullPaths = nullPathsOf(own, { isConversion, range })
  const shares = sharesByOrder(() => [
    ...conversions.map((conversion) => ({ groups: pathOf(conversion, own, input).map(groupOf), converts: true, count: 1 })),
    ...nullPaths.map((path) => ({ groups: path.map(groupOf), converts: false, count: 1 })),
  ])
  const all = conversions.flatMap((conversion) => creditedTouches(conversion, pathOf(conversion, own, input)))
  const shown = all.filter(({ touch }) => matches(input.whereTouch, touch))
  const onPaths = [...all.flatMap(({ touch, path }) => (path.length === 0 ? [] : [touch])), ...nullPaths.flat()].filter((touch) =>
    matches(input.whereTouch, touch),
  )
  const inChain = new Map(onPaths.map((touch) => [groupOf(touch), labelsOf(touch, input.groupBy)]))
  const rowOf = (of: readonly Credited[], labels: Labels) => creditOf(of, labels, { all, groupOf, shares, groups: [labelsKey(labels)] })
  const whole = creditOf(shown, NO_LABELS, { all, groupOf, shares, groups: [...inChain.keys()] })
  const credited = [...inChain].flatMap(([key, labels]) => (orders.some((order) => (shares(order).get(key) ?? 0) > LEAST_SHARE) ? [labels] : []))
  const groups = groupBy(shown, (each) => labelsKey(labelsOfTouch(each, input)))
  const others = new Map([...otherGroups, ...credited].filter((labels) => !groups.has(labelsKey(labels))).map((labels) => [labelsKey(labels), labels]))
  const rows = [
    ...[...groups.values()].map((group) => rowOf(group, labelsOfTouch(group[0] ?? NOBODY, input))),
    ...[...others.values()].map((labels) => rowOf([], labels)),
  ]
  const allRows = input.groupBy.length === 0 ? [whole] : rows.toSorted((a, b) => compareRows(a, b, input))
  return { rows: allRows.slice(0, input.limit), totals: whole, isTruncated: allRows.length > input.limit, allRows }
}

/** One touch of the path of one conversion, or of a conversion without touches a touch of which all is absent. */
export type Credited = {
  readonly conversion: StoredEvent
  readonly touch: StoredEvent
  readonly path: readonly StoredEvent[]
  /** Its place in the path. */ readonly i: number
}

const NO_TOUCH: StoredEvent = storedEvent({ tenant_id: '', event: '', event_id: '', at: 0, app_id: '' })
const NOBODY: Credited = { conversion: NO_TOUCH, touch: NO_TOUCH, path: [], i: 0 }

/** Of what is no touch nothing is known, whether its user is a member neither. */
export function labelsOfTouch({ touch, path }: Credited, { groupBy: by }: AttributionQuestion): Labels {
  const labels = labelsOf(touch, by)
  return path.length > 0 ? labels : { ...labels, segments: new Map([...labels.segments.keys()].map((id) => [id, null])) }
}

export function creditedTouches(conversion: StoredEvent, path: readonly StoredEvent[]): readonly Credited[] {
  return path.length === 0 ? [{ ...NOBODY, conversion }] : path.map((touch, i) => ({ conversion, touch, path, i }))
}

/** The touches of the conversion's user that are not too old, oldest first. */
export function pathOf(conversion: StoredEvent, rows: readonly StoredEvent[], { lookback }: AttributionQuestion): readonly StoredEvent[] {
  const isInside = (touch: StoredEvent) => {
    const age = occurredAt(conversion) - occurredAt(touch)
    return age >= 0 && age <= (touch.touch === 'click' ? lookback.clickDays : lookback.viewDays) * DAY_MS
  }
  return inOrder(rows.filter((row) => row.user_id === conversion.user_id && row.touch !== 'none' && isInside(row)))
}

/** Of each order what part of all conversions with touches each group gets. */
function sharesByOrder(paths: () => readonly ChainPath[]): (order: number) => ReadonlyMap<string, number> {
  const known = new Map<number, ReadonlyMap<string, number>>()
  return (order) => {
    const before = known.get(order)
    if (before !== undefined) return before
    // A conversion without touches is no path of the chain.
    const { effects } = chainInDoubles(
      paths().filter(({ groups }) => groups.length > 0),
      order,
    )
    const sum = [...effects.values()].reduce((total, each) => total + each, 0)
    const shares = new Map([...effects].map(([group, effect]) => [group, sum === 0 ? 0 : effect / sum]))
    known.set(order, shares)
    return shares
  }
}

/** What part of its conversion the touch gets. */
export function share({ name, halfLifeDays }: Model, each: Credited, groupOf: (touch: StoredEvent) => string): Credit {
  const { path, i } = each
  const n = path.length
  if (n === 0) return name === 'TIME_DECAY' ? 1 : fraction(1n)
  const all = (is: boolean) => fraction(is ? 1n : 0n)
  switch (name) {
    case 'FIRST_TOUCH':
      return all(i === 0)
    case 'LAST_TOUCH':
      return all(i === n - 1)
    case 'LAST_NON_DIRECT': {
      const last = path.findLastIndex((touch) => touch.channel !== 'direct')
      return all(i === (last === -1 ? n - 1 : last))
    }
    case 'LINEAR':
      return fraction(1n, BigInt(n))
    case 'POSITION_BASED':
      if (n <= 2) return fraction(1n, BigInt(n))
      return i === 0 || i === n - 1 ? fraction(2n, 5n) : fraction(1n, 5n * BigInt(n - 2))
    case 'SHAPLEY': {
      // The same to each group of the path, and of that the same to each of its touches.
      const groups = path.map(groupOf)
      return fraction(1n, BigInt(new Set(groups).size * groups.filter((group) => group === groups[i]).length))
    }
    case 'TIME_DECAY': {
      // By how much older than the newest: the same shares, and not all of them nothing after many half-lives.
      const newest = Math.max(...path.map(occurredAt))
      const weight = (touch: StoredEvent) => 2 ** ((occurredAt(touch) - newest) / DAY_MS / halfLifeDays)
      return weight(each.touch) / path.reduce((sum, touch) => sum + weight(touch), 0)
    }
    default:
      throw new Error(`The reference has no model ${name}.`)
  }
}

/** What all credited touches are, shown or not. */
type Known = {
  readonly all: readonly Credited[]
  readonly groupOf: (touch: StoredEvent) => string
  readonly shares: (order: number) => ReadonlyMap<string, number>
  /** Those of the chain that the row is of. */
  readonly groups: readonly string[]
}

function creditOf(credited: readonly Credited[], labels: Labels, known: Known): AttributionRow {
  const touches = credited.filter(({ path }) => path.length > 0)
  return {
    labels,
    conversions: (model) => sum({ model, known }, credited, () => fraction(1n)),
    revenue: (model) => sum({ model, known }, credited, ({ conversion }) => fraction(toMicros(conversion.revenue))),
    touchpoints: touches.length,
    assists: new Set(touches.filter(({ path, i }) => i < path.length - 1).map(({ conversion }) => conversion)).size,
  }
}

function sum({ model, known }: { model: Model; known: Known }, credited: readonly Credited[], worth: (each: Credited) => Fraction): Credit {
  if (model.name === 'MARKOV') return sumOfChain({ order: model.order, known }, credited, worth)
  const shares = credited.map((each) => ({ share: share(model, each, known.groupOf), worth: worth(each) }))
  if (model.name === 'TIME_DECAY') return shares.reduce((total, each) => total + asNumber(each.share) * toNumber(each.worth), 0)
  return shares.reduce<Fraction>((total, each) => (typeof each.share === 'number' ? total : add(total, times(each.share, each.worth))), ZERO)
}

/** Of conversions without touches each is whole; of the others the groups that are shown get their parts of all together. */
function sumOfChain({ order, known }: { order: number; known: Known }, credited: readonly Credited[], worth: (each: Credited) => Fraction): number {
  const whole = (each: readonly Credited[]) => toNumber(each.map(worth).reduce<Fraction>(add, ZERO))
  const isTouched = ({ path }: Credited) => path.length > 0
  const total = whole(known.all.filter((each) => isTouched(each) && each.i === 0))
  const parts = known.groups.reduce((all, group) => all + (known.shares(order).get(group) ?? 0), 0)
  return whole(credited.filter((each) => !isTouched(each))) + total * parts
}

export const asNumber = (credit: Credit): number => (typeof credit === 'number' ? credit : toNumber(credit))

function compareRows(a: AttributionRow, b: AttributionRow, input: AttributionQuestion): number {
  for (const by of input.groupBy) {
    const difference = compareTexts(labelOf(a.labels, by), labelOf(b.labels, by), 'ASC')
    if (difference !== 0) return difference
  }
  return 0
}
