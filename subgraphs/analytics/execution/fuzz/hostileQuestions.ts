import * as fc from 'fast-check'
import { z } from 'zod'
import { schema } from '../../schema.ts'
import { MARK, randomHostileText } from './hostileTexts.ts'
import { randomAsked, type RandomAsked } from './randomRequest.ts'
import { worldTenants } from './randomWorld.ts'
import { textPlaces, textPlacesOf, withTexts, withTextVariables, type TextPlace } from './textPlaces.ts'

// What becomes of a text, by its position.

/** A value that rows are compared with: it travels as a parameter. */
export const PARAMETERS: readonly string[] = [
  'ActivityInput.event',
  'BehaviourInput.event',
  'CohortEntry.event',
  'CohortPeriod.events(name)',
  'ConversionInput.event',
  'FunnelStep.event',
  'GroupBy.property',
  'IDFilter.eq',
  'IDFilter.in',
  'IDFilter.notIn',
  'MetricsRow.eventUsers(name)',
  'MetricsRow.events(name)',
  'MetricsRow.firstValue(event)',
  'MetricsRow.firstValue(property)',
  'MetricsRow.lastValue(event)',
  'MetricsRow.lastValue(property)',
  'MetricsRow.number(event)',
  'MetricsRow.number(property)',
  'PathStartInput.event',
  'PropertyFilter.name',
  'StringFilter.contains',
  'StringFilter.eq',
  'StringFilter.in',
  'StringFilter.notIn',
  'StringFilter.startsWith',
]
/** A name of something that is there: another is an issue. */
export const LOOKED_UP: readonly string[] = [
  'AttributionInput.timeZone',
  'AttributionRow.segment(id)',
  'CohortEntry.segment',
  'CohortRow.segment(id)',
  'CohortsInput.timeZone',
  'Filter.segment',
  'FunnelInput.timeZone',
  'FunnelRow.segment(id)',
  'GroupBy.segment',
  'MetricsInput.timeZone',
  'MetricsRow.cell(of)',
  'MetricsRow.running(of)',
  'MetricsRow.segment(id)',
  'MetricsRow.share(of)',
  'OrderBy.alias',
  'OrderBy.measure',
  'PathsInput.timeZone',
  'SegmentOfInput.segment',
  'TopInput.by',
]
/** A name of what the question groups by. */
export const ECHOED: readonly string[] = ['AttributionRow.property(name)', 'CohortRow.property(name)', 'FunnelRow.property(name)', 'MetricsRow.property(name)']
/** No value of its type: GraphQL refuses it. */
export const REFUSED: readonly string[] = ['RangeInput.end', 'RangeInput.start', 'WithinInput.end', 'WithinInput.start']
/** Sealed by us: any other text opens nothing. */
export const SEALED: readonly string[] = ['Query.users(after)', 'User.timeline(after)', 'UsersInput.cell']

/** Not of the schema: the name of a saved segment. */
const SAVED_NAME = 'Segment.name'

export type HostileAsked = RandomAsked & {
  /** The places of the hostile texts. */
  readonly hostile: readonly Pick<TextPlace, 'position' | 'text'>[]
}

const ofUsers: fc.Arbitrary<RandomAsked> = fc
  .constantFrom(
    {
      query: 'query ($i0: MetricsInput!) { metrics(input: $i0) { rows { cell(of: "activeUsers") } } }',
      variables: { i0: { range: { last: 7, unit: 'DAY' }, timeZone: 'UTC' } },
    },
    {
      query: 'query ($i0: UsersInput!, $after: Cursor) { users(input: $i0, after: $after) { nodes { id timeline(after: "z") { pageInfo { endCursor } } } } }',
      variables: { i0: { cell: 'x' }, after: 'y' },
    },
  )
  .map((asked) => ({ segments: [], request: { ...asked, now: '2026-01-02T03:04:05.678Z', tenantId: worldTenants[0] } }))

/** A question as it is sent, of numbers and of the users behind them. */
export const anyAsked: fc.Arbitrary<RandomAsked> = fc.oneof({ weight: 40, arbitrary: randomAsked }, { weight: 1, arbitrary: ofUsers })

/** Mostly such changes that the question can still be answered. */
const randomChange = fc.record({ at: fc.nat(), isLookedUp: fc.nat(7).map((n) => n === 0), isEverywhere: fc.boolean(), text: randomHostileText })

/** Questions of every analysis with hostile texts in one or several positions, the definitions and names of the saved segments among them. */
export const hostileAsked: fc.Arbitrary<HostileAsked> = fc
  .tuple(anyAsked, fc.array(randomChange, { minLength: 1, maxLength: 8, size: 'max' }))
  .map(([asked, changes]) => withChanges(asked, (places) => changes.reduce(changed, places)))

/** The question with a hostile text in each of the positions that it has, in one alone; what groups by a property and what shows it go together. */
export function eachHostile(asked: RandomAsked, text: string, wanted: ReadonlySet<string>): readonly (HostileAsked & { readonly position: string })[] {
  const { places } = placed(asked)
  const positions = new Set(places.map(({ position }) => position).filter((each) => wanted.has(each)))
  return [...positions].map((position) => {
    const hostile = withChanges(asked, (all) => {
      const first = all.find((each) => each.position === position)
      return first === undefined ? all : replaced(all, { place: first, text, isEverywhere: false })
    })
    return { ...hostile, position }
  })
}

function withChanges(asked: RandomAsked, change: (places: readonly TextPlace[]) => readonly TextPlace[]): HostileAsked {
  const { request, places } = placed(asked)
  const after = change(places)
  const texts = after.filter(({ text }, i) => text !== places[i]?.text)
  const { variables, segments } = changedSchema.parse(withTexts({ variables: request.variables, segments: asked.segments }, texts))
  return { segments, request: { ...request, variables }, hostile: after.filter(({ text }) => text.includes(MARK)) }
}

/** Where the texts are: in the variables, of which the document then has all, and in the saved segments. */
function placed(asked: RandomAsked): { readonly request: RandomAsked['request']; readonly places: readonly TextPlace[] } {
  const request = { ...asked.request, ...withTextVariables(asked.request, schema) }
  const asking = textPlaces(request, schema).map((place) => ({ ...place, path: ['variables', ...place.path] }))
  return { request, places: [...asking, ...asked.segments.flatMap((segment, i) => savedPlaces(segment, ['segments', i]))] }
}

const changedSchema = z.object({
  variables: z.record(z.string(), z.unknown()),
  segments: z.array(z.object({ id: z.string(), name: z.string(), definition: z.unknown(), frozenAt: z.string().nullable() })),
})

/** Saved definitions were judged when they were saved, so no instant in them is wrong; their names may be anything, and are told in comments. */
function savedPlaces({ name, definition }: RandomAsked['segments'][number], path: TextPlace['path']): readonly TextPlace[] {
  const places = textPlacesOf(definition, 'SegmentRuleInput', schema).filter(({ position }) => PARAMETERS.includes(position))
  return [{ position: SAVED_NAME, text: name, path: [...path, 'name'] }, ...places.map((each) => ({ ...each, path: [...path, 'definition', ...each.path] }))]
}

type Change = { readonly at: number; readonly isLookedUp: boolean; readonly isEverywhere: boolean; readonly text: string }

function changed(places: readonly TextPlace[], { at, isLookedUp, isEverywhere, text }: Change): readonly TextPlace[] {
  const among = places.filter(({ position }) => isFree(position) !== isLookedUp)
  const positions = [...new Set(among.map(({ position }) => position))]
  const position = positions[at % positions.length]
  // Positions that many places have are picked no more often than others.
  const alike = among.filter((each) => each.position === position)
  const place = alike[Math.floor(at / positions.length) % alike.length]
  return place === undefined ? places : replaced(places, { place, text, isEverywhere })
}

type Replacement = { readonly place: TextPlace; readonly text: string; readonly isEverywhere: boolean }

/** What groups by a property and what shows it have the same text, or the question would have no answer. */
function replaced(places: readonly TextPlace[], { place, text, isEverywhere }: Replacement): readonly TextPlace[] {
  const isName = (position: string) => ECHOED.includes(position) || position === 'GroupBy.property'
  const goesAlong = (each: TextPlace) =>
    each.text === place.text && ((isName(place.position) && isName(each.position)) || (isEverywhere && isFree(place.position) && isFree(each.position)))
  return places.map((each) => (each === place || goesAlong(each) ? { ...each, text } : each))
}

const isFree = (position: string): boolean => PARAMETERS.includes(position) || ECHOED.includes(position) || position === SAVED_NAME
