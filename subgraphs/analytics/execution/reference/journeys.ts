import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { asNumber, creditedTouches, labelsOfTouch, pathOf, share, type Model } from './attribution.ts'
import { toMicros } from './decimals.ts'
import { matches } from './filters.ts'
import { labelOf } from './groups.ts'
import { attributionQuestion } from './question.ts'
import { resolveRange } from './range.ts'
import { knownSegment, withSegments, type ReferenceSegment } from './segments.ts'
import { occurredAt, type World } from './world.ts'

/** The models that divide the credit of each conversion by itself. */
export const RULES = ['FIRST_TOUCH', 'LAST_TOUCH', 'LAST_NON_DIRECT', 'LINEAR', 'POSITION_BASED', 'TIME_DECAY'] as const
type ByModel = Readonly<Record<string, number>>

/** A conversion behind a row: what of it is the row's, by model, and all touches of its path, each with its part of the conversion. */
export type ReferenceJourney = {
  readonly id: string
  readonly userId: string
  readonly at: number
  readonly revenue: number
  readonly touches: readonly { readonly touch: StoredEvent; readonly isOfRow: boolean; readonly credits: ByModel }[]
  readonly credits: ByModel
}

/** `row` are the labels of the row in the order of the groups; null is all that is shown. */
export function referenceJourneys(asked: {
  readonly world: World
  readonly segments?: readonly ReferenceSegment[]
  readonly tenantId: string
  readonly input: unknown
  readonly now: Date
  readonly row: readonly (string | null)[] | null
  readonly halfLifeDays?: number
}): readonly ReferenceJourney[] {
  const { world, tenantId, row, segments = [], halfLifeDays = 7 } = asked
  const now = asked.now.getTime()
  const known = (id: string) => {
    const segment = segments.find((each) => each.id === id)
    if (segment === undefined) throw new Error(`There is no segment ${id}.`)
    return knownSegment(segment, { world, tenantId, now })
  }
  const input = attributionQuestion.parse(withSegments(asked.input, known))
  const range = resolveRange(input.range, { timeZone: input.timeZone, now })
  const own = world.filter((each) => each.tenant_id === tenantId && each.user_id !== '')
  const isAsked = (each: StoredEvent) =>
    each.event === input.conversion.event && !each.is_refund && matches(input.where, each) && matches(input.conversion.where, each)
  const conversions = own.filter((each) => isAsked(each) && occurredAt(each) >= range.start && occurredAt(each) < range.end)
  return conversions.flatMap((conversion): readonly ReferenceJourney[] => {
    const credited = creditedTouches(conversion, pathOf(conversion, own, input)).map((each) => {
      const labels = labelsOfTouch(each, input)
      const isOfRow = matches(input.whereTouch, each.touch) && (row === null || input.groupBy.every((by, i) => labelOf(labels, by) === row[i]))
      const credits = byModel((name) => asNumber(share(modelOf(name, halfLifeDays), each, () => '')))
      return { touch: each.touch, isReal: each.path.length > 0, isOfRow, credits }
    })
    if (!credited.some(({ isOfRow }) => isOfRow)) return []
    const credits = byModel((name) => credited.reduce((sum, each) => (each.isOfRow ? sum + (each.credits[name] ?? 0) : sum), 0))
    const touches = credited.filter(({ isReal }) => isReal)
    const { event_id: id, user_id: userId, revenue } = conversion
    return [{ id, userId, at: occurredAt(conversion), revenue: Number(toMicros(revenue)) / 1e6, touches, credits }]
  })
}

const modelOf = (name: string, halfLifeDays: number): Model => ({ name, halfLifeDays, order: 1 })
const byModel = (of: (name: string) => number): ByModel => Object.fromEntries(RULES.map((name) => [name, of(name)]))
