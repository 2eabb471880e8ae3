import { createCursorSealer } from '#ops/security/cursor.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { firstIssues } from '../compiler/bind/bindUsers.ts'
import { issue } from '../compiler/issues.ts'
import type { JourneyEventsRequest, JourneyPart } from '../compiler/request.ts'
import { DEFAULT_HALF_LIFE_DAYS, LOOKBACK_DAYS, type CreditModel } from '../model/attribution.ts'
import { creditPartsOf, creditsOf, RULE_MODELS } from '../model/credit.ts'
import { limits } from '../model/limits.ts'
import { DAY_MS } from '../model/timeUnits.ts'
import { ONE, PARTS_OF_MILLIONTH } from './decimalParts.ts'
import { toMillionths } from './decimals.ts'
import type { TouchCreditValue } from './reasoning.ts'
import { openPlace, sealPlace } from './eventPlace.ts'
import type { EventValue } from './shapeEvents.ts'

/** A row of the statement: an event, whose it is, and of a touch whether the row of the cell is credited for it. */
export type JourneyEvent = { readonly userId: string; readonly event: EventValue; readonly isOfRow: boolean }
export type JourneyEvents = { readonly events: readonly JourneyEvent[]; readonly hasMore: boolean }
export type JourneyTouchValue = {
  readonly touch: EventValue
  readonly ageSeconds: number
  readonly isOfRow: boolean
  readonly credits: readonly TouchCreditValue[]
}
/** What the row gets of a conversion; `revenue` is null where it is masked. */
export type JourneyCreditValue = { readonly model: CreditModel['kind']; readonly conversions: number; readonly revenue: string | null }
/** `touches` are the oldest first. Where not all of them were read nothing is credited. */
export type JourneyValue = {
  readonly userId: string
  readonly conversion: EventValue
  readonly touches: readonly JourneyTouchValue[]
  readonly credits: readonly JourneyCreditValue[]
  readonly isTruncated: boolean
}
export type JourneysValue = { readonly journeys: readonly JourneyValue[]; readonly hasNextPage: boolean; readonly endCursor: string | null }
export type JourneysArguments = {
  readonly input: { readonly cell: string; readonly halfLifeDays?: number | null }
  readonly first: number
  readonly after?: string | null
}

type Asked = {
  readonly of: JourneyEventsRequest['of']
  readonly tenantId: string
  readonly cursorKey: string
  readonly masks: readonly string[]
  readonly read: (part: JourneyPart, limit: number) => Promise<JourneyEvents>
}

/** A page of the conversions behind a row of attribution, the newest first, each with all touches that it looks back to. */
export async function readJourneys({ input: { cell, halfLifeDays }, first, after }: JourneysArguments, asked: Asked): Promise<JourneysValue> {
  const issues = [...firstIssues(first, limits.journeys), ...halfLifeIssues(halfLifeDays)]
  if (issues.length > 0) throw new BadQueryError(issues)
  const sealer = createCursorSealer(asked.cursorKey, [asked.tenantId, 'journeys', 'page', cell])
  const before = typeof after === 'string' ? openPlace(sealer, after) : null
  const { events: conversions, hasMore } = await asked.read({ kind: 'conversions', before }, first)
  if (conversions.length === 0) return { journeys: [], hasNextPage: false, endCursor: null }
  const times = conversions.map(({ userId, event }) => ({ userId, atMs: event.occurredAt.getTime() }))
  const { events: touches, hasMore: areMissing } = await asked.read({ kind: 'touches', before: times }, limits.reasonedTouches)
  // Of the oldest instant that was read some touches may be missing.
  const knownSinceMs = areMissing ? (touches.at(-1)?.event.occurredAt.getTime() ?? Infinity) + 1 : -Infinity
  const models = modelsOf(asked.masks, halfLifeDays ?? DEFAULT_HALF_LIFE_DAYS)
  const byUser = Map.groupBy(touches, ({ userId }) => userId)
  const journeys = conversions.map((each) => journeyOf(each, { touches: byUser.get(each.userId) ?? [], models, knownSinceMs, ...lookbackOf(asked.of) }))
  const last = conversions.at(-1)
  return { journeys, hasNextPage: hasMore, endCursor: last === undefined ? null : sealPlace(sealer, last.event) }
}

const halfLifeIssues = (halfLifeDays: number | null | undefined) =>
  typeof halfLifeDays === 'number' && !(halfLifeDays > 0) ? [issue('HALF_LIFE_NOT_POSITIVE', ['input', 'halfLifeDays'], { halfLifeDays })] : []

/** A key that does not see channels is not told which of them are direct. */
const modelsOf = (masks: readonly string[], halfLifeDays: number): readonly CreditModel[] =>
  RULE_MODELS.filter(({ kind }) => kind !== 'LAST_NON_DIRECT' || !masks.includes('channel')).map((model) =>
    model.kind === 'TIME_DECAY' ? { ...model, halfLifeDays } : model,
  )

function lookbackOf({ input: { lookback } }: JourneyEventsRequest['of']) {
  const { clickDays, viewDays } = lookback ?? { clickDays: LOOKBACK_DAYS.click, viewDays: LOOKBACK_DAYS.view }
  return { clickMs: clickDays * DAY_MS, viewMs: viewDays * DAY_MS }
}

const SECOND_MS = 1_000

type Known = {
  /** Of the user. */
  readonly touches: readonly JourneyEvent[]
  readonly models: readonly CreditModel[]
  readonly knownSinceMs: number
  readonly clickMs: number
  readonly viewMs: number
}

function journeyOf({ userId, event: conversion }: JourneyEvent, { touches, models, knownSinceMs, clickMs, viewMs }: Known): JourneyValue {
  const atMs = conversion.occurredAt.getTime()
  const ageMs = ({ event }: JourneyEvent) => atMs - event.occurredAt.getTime()
  const path = touches
    .filter((each) => ageMs(each) >= 0 && ageMs(each) <= (each.event.touch === 'click' ? clickMs : viewMs))
    .toSorted((a, b) => ageMs(b) - ageMs(a) || rank(a) - rank(b) || Buffer.compare(Buffer.from(a.event.id), Buffer.from(b.event.id)))
  const isTruncated = knownSinceMs > atMs - Math.max(clickMs, viewMs)
  const points = path.map(({ event }) => ({ atMs: event.occurredAt.getTime(), isDirect: event.channel === 'direct' }))
  const credited = isTruncated ? [] : models.map((model) => ({ model, of: creditsOf(model, points) }))
  return {
    userId,
    conversion,
    touches: path.map((each, i) => ({
      touch: each.event,
      ageSeconds: ageMs(each) / SECOND_MS,
      isOfRow: each.isOfRow,
      credits: credited.map(({ model, of }) => ({ model: model.kind, credit: of[i] ?? 0 })),
    })),
    credits: credited.map(({ model }) => {
      // A conversion without touches is whole in the row, or it would not stand here.
      const parts = path.length === 0 ? ONE : creditPartsOf(model, points, ONE).reduce((sum, part, i) => (path[i]?.isOfRow === true ? sum + part : sum), 0n)
      return { model: model.kind, conversions: Number(parts) / Number(ONE), revenue: conversion.revenue === null ? null : partOf(conversion.revenue, parts) }
    }),
    isTruncated,
  }
}

const rank = ({ event: { touch } }: JourneyEvent): number => (touch === 'click' ? 1 : 0)

/** Twelve places: rounded to the six that are shown of a row only when they are summed. */
const PLACES = 12

function partOf(revenue: string, parts: bigint): string {
  const exact = toMillionths(revenue) * parts
  const below = ONE / PARTS_OF_MILLIONTH
  const magnitude = exact < 0n ? -exact : exact
  const text = String((2n * magnitude * below + ONE) / (2n * ONE)).padStart(PLACES + 1, '0')
  const fraction = text.slice(-PLACES).replace(/0+$/, '')
  const whole = `${text.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`
  return exact < 0n && whole !== '0' ? `-${whole}` : whole
}
