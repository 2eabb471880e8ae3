import type { FunnelInput, FunnelOrder, FunnelStep as FunnelStepInput, TimeUnit } from '../operations/generated/graphql.ts'
import { textOf, textsOf, unescapePart, wordOf, type Codec } from './codec.ts'
import { groupInput, printGroup, readGroup, type Group } from './dimensions.ts'
import { filterInput, printConditions, readConditions, type Condition } from './filter.ts'
import { lastOf, printRange, rangeInput, readRange, timeUnits, type Range } from './range.ts'
import { isTimeZone } from './zonedDay.ts'

/** One step, or one event that ends an attempt: its name, and which of these events. */
export type Step = { readonly event: string; readonly where: readonly Condition[] }

export type WindowUnit = 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY'
/** How long after its first step an attempt may take. */
export type ConversionWindow = { readonly count: number; readonly unit: WindowUnit }

export type FunnelView = 'steps' | 'trend'

/** What the funnel page asks. */
export type FunnelQuery = {
  /** 2 to 20 for the API; an address may say others, and hears why not. */
  readonly steps: readonly Step[]
  readonly exclude: readonly Step[]
  readonly order: FunnelOrder
  readonly window: ConversionWindow
  readonly range: Range
  readonly timeZone: string
  readonly breakdown: Group | null
  readonly where: readonly Condition[]
  readonly view: FunnelView
  /** Of the trend. */
  readonly grain: TimeUnit
}

export const funnelOrders: readonly FunnelOrder[] = ['ORDERED', 'STRICT', 'UNORDERED']
export const funnelViews: readonly FunnelView[] = ['steps', 'trend']
export const minSteps = 2
export const maxSteps = 20
export const maxExclusions = 10
/** Far more than the API takes in every unit, so that it says what it takes. */
export const maxWindowCount = 9_999
/** What the API answers at most; isTruncated says when there are more. */
const maxRows = 10_000

const secondsOf: Readonly<Record<WindowUnit, number>> = { SECOND: 1, MINUTE: 60, HOUR: 3_600, DAY: 86_400 }
const letters: Readonly<Record<WindowUnit, string>> = { SECOND: 's', MINUTE: 'm', HOUR: 'h', DAY: 'd' }
const unitWords: Readonly<Record<WindowUnit, string>> = { SECOND: 'second', MINUTE: 'minute', HOUR: 'hour', DAY: 'day' }
export const windowUnits: readonly WindowUnit[] = ['SECOND', 'MINUTE', 'HOUR', 'DAY']

export const defaultFunnel: FunnelQuery = {
  steps: ['install', 'sign_up', 'purchase'].map((event) => ({ event, where: [] })),
  exclude: [],
  order: 'ORDERED',
  window: { count: 7, unit: 'DAY' },
  range: lastOf(28, 'DAY'),
  timeZone: 'UTC',
  breakdown: null,
  where: [],
  view: 'steps',
  grain: 'DAY',
}

export const funnelCodec: Codec<FunnelQuery> = {
  read(parameters) {
    const steps = readSteps(textsOf(parameters, 'step'))
    const timeZone = textOf(parameters, 'tz')
    return {
      steps: steps.length === 0 ? defaultFunnel.steps : steps,
      exclude: readSteps(textsOf(parameters, 'exclude')),
      order: wordOf(textOf(parameters, 'order'), funnelOrders, defaultFunnel.order),
      window: readWindow(textOf(parameters, 'window')) ?? defaultFunnel.window,
      range: readRange(textOf(parameters, 'range')) ?? defaultFunnel.range,
      timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : defaultFunnel.timeZone,
      breakdown: readGroup(textOf(parameters, 'by')),
      where: readConditions(textsOf(parameters, 'where')),
      view: wordOf(textOf(parameters, 'view'), funnelViews, defaultFunnel.view),
      grain: wordOf(textOf(parameters, 'grain'), timeUnits, defaultFunnel.grain),
    }
  },
  write(query) {
    const [step, exclude, where] = [query.steps.map(printStep), query.exclude.map(printStep), printConditions(query.where)]
    return {
      ...(step.join('\n') === defaultFunnel.steps.map(printStep).join('\n') ? {} : { step }),
      ...(exclude.length === 0 ? {} : { exclude }),
      ...(query.order === defaultFunnel.order ? {} : { order: query.order.toLowerCase() }),
      ...(printWindow(query.window) === printWindow(defaultFunnel.window) ? {} : { window: printWindow(query.window) }),
      ...(printRange(query.range) === printRange(defaultFunnel.range) ? {} : { range: printRange(query.range) }),
      ...(query.timeZone === defaultFunnel.timeZone ? {} : { tz: query.timeZone }),
      ...(query.breakdown === null ? {} : { by: printGroup(query.breakdown) }),
      ...(where.length === 0 ? {} : { where }),
      ...(query.view === defaultFunnel.view ? {} : { view: query.view }),
      ...(query.grain === defaultFunnel.grain ? {} : { grain: query.grain.toLowerCase() }),
    }
  },
}

/** The name of the event, then its conditions: `purchase;country.in.DE`. */
const printStep = ({ event, where }: Step): string => [event, ...printConditions(where)].map(escapeSemicolons).join(';')

const escapeSemicolons = (part: string): string => part.replaceAll(/[~;]/g, (character) => `~${character.charCodeAt(0).toString(16)}`)

function readSteps(texts: readonly string[]): readonly Step[] {
  return texts.flatMap((text) => {
    const [event = '', ...conditions] = text.split(';').map(unescapePart)
    return event === '' ? [] : [{ event, where: readConditions(conditions) }]
  })
}

/** `7d`, `90m`. */
const printWindow = ({ count, unit }: ConversionWindow): string => `${count}${letters[unit]}`

function readWindow(text: string | null): ConversionWindow | null {
  const parts = /^(\d{1,4})([smhd])$/.exec(text ?? '')
  const unit = windowUnits.find((each) => letters[each] === parts?.[2])
  return parts === null || unit === undefined ? null : { count: Number(parts[1]), unit }
}

export const windowSeconds = ({ count, unit }: ConversionWindow): number => count * secondsOf[unit]

export const windowUnitWord = (unit: WindowUnit, count = 2): string => (count === 1 ? unitWords[unit] : `${unitWords[unit]}s`)

/** With the step at `from` in the place of `to`, the others in their order. */
export function moveStep(steps: readonly Step[], from: number, to: number): readonly Step[] {
  const moved = steps[from]
  return moved === undefined || to < 0 || to >= steps.length ? steps : steps.toSpliced(from, 1).toSpliced(to, 0, moved)
}

/** What a step is called in pictures and tables; of UNORDERED how many were met, since any may come first. */
export function stepName({ steps, order }: Pick<FunnelQuery, 'steps' | 'order'>, index: number): string {
  if (order === 'UNORDERED') return index === steps.length - 1 ? `All ${steps.length}` : `Any ${index + 1} of ${steps.length}`
  const step = steps[index]
  return `${index + 1}. ${step?.event ?? ''}${(step?.where.length ?? 0) > 0 ? ' (filtered)' : ''}`
}

/** As the API takes it; what is its default is left out. */
export function funnelInput(query: FunnelQuery): FunnelInput {
  const where = filterInput(query.where)
  const groupBy = [...(query.view === 'trend' ? [{ time: query.grain }] : []), ...(query.breakdown === null ? [] : [groupInput(query.breakdown)])]
  return {
    steps: query.steps.map(stepInput),
    ...(query.exclude.length === 0 ? {} : { exclude: query.exclude.map(stepInput) }),
    ...(query.order === 'ORDERED' ? {} : { order: query.order }),
    windowSeconds: windowSeconds(query.window),
    range: rangeInput(query.range, query.timeZone),
    timeZone: query.timeZone,
    ...(groupBy.length === 0 ? {} : { groupBy, limit: maxRows }),
    ...(where === undefined ? {} : { where }),
  }
}

function stepInput({ event, where }: Step): FunnelStepInput {
  const filter = filterInput(where)
  return { event, ...(filter === undefined ? {} : { where: filter }) }
}
