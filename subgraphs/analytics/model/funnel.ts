import { all, any, eventIs, IS_REFUND, KNOWN_USER, NO_TOUCH, not, type Condition } from './condition.ts'
import { limits } from './limits.ts'

/** How the steps of a funnel follow each other. */
export type FunnelOrder = 'ORDERED' | 'STRICT' | 'UNORDERED'

/** 7 days. */
export const DEFAULT_WINDOW_SECONDS = 604_800

/** The rows that meet a step, touches too; a refund never does. */
export const stepCondition = (event: string, where: Condition): Condition => all(eventIs(event), not(IS_REFUND), where)

/** The rows that end an attempt: any of that name, a refund too. */
export const exclusionCondition = (event: string, where: Condition): Condition => all(eventIs(event), where)

/** The rows that lie between steps in the sense of STRICT: all that are no touch, and of the events of the steps the touches too. */
export const betweenCondition = (events: readonly string[]): Condition => any(NO_TOUCH, ...events.map(eventIs))

/** Whose rows are followed. */
export const FOLLOWED: Condition = KNOWN_USER

/** Which part of the seconds' distribution a field shows, and since which step they are counted. */
export type SecondsField = { readonly level: number; readonly since: 'previous' | 'first' }
export const secondsFields: Readonly<Record<string, SecondsField>> = {
  medianSeconds: { level: 0.5, since: 'previous' },
  p90Seconds: { level: 0.9, since: 'previous' },
  medianSecondsFromFirst: { level: 0.5, since: 'first' },
}

/** What a number of a step tells of besides itself. */
const FUNNEL_PARTS: Readonly<Record<string, readonly string[]>> = { dropOff: ['users'], conversion: ['users'], conversionFromPrevious: ['users'] }
export const funnelPartsOf = (field: string): readonly string[] => [field, ...(FUNNEL_PARTS[field] ?? [])]

/** What the schema never answers with null, of rows and steps. */
export const FUNNEL_NEVER_NULL: ReadonlySet<string> = new Set(['steps', 'index', 'event', 'users', 'dropOff'])

const DAY_SECONDS = 86_400
const INTERPOLATED = 'exact, between two users interpolated linearly (the inclusive percentile)'

/** The words of the schema. */
export const funnelTexts = {
  steps: `The events in their order, ${limits.leastSteps} to ${limits.steps}; the same one may stand in several places. A row of a known user meets a step when its event is the step's and it meets the step's \`where\`; a refund never does, a touch (click, impression) may.`,
  order: 'How the steps follow each other.',
  windowSeconds: `The conversion window: how long after the first step of an attempt the others may be, that second included; 1 to ${limits.windowSeconds} (${limits.windowSeconds / DAY_SECONDS} days), 7 days by default.`,
  exclude: `Up to ${limits.exclusions} events that end an attempt when they come after its first step: what was reached until then stays reached, at the same instant too, and nothing later counts. The row that begins an attempt does not end it. A refund may be one.`,
  range: "When the first step of an attempt happened. Later steps may lie after the range's end, up to the window, and before asOf.",
  groupBy: `What the first step of an attempt had: at most ${limits.groups}, by time for the trend. A user counts once in each group in which an attempt of theirs began. Without any there is exactly one row, also over no events.`,
  where: 'Which first steps begin an attempt: later steps need not meet it. Of UNORDERED the first row of an attempt, whichever step it meets.',
  row: 'One group of a funnel. Every row that can begin an attempt does. A user counts once in a row, with the attempt that got furthest, and of those that got equally far with the earliest.',
  event: 'The event of the step in the question; UNORDERED counts steps whichever they are, and names here the one in the same place.',
  users: 'Distinct users who reached the step (UNORDERED: who met at least as many different steps); never more than of the step before.',
  dropOff: 'Users of this step who did not reach the next one; 0 for the last.',
  conversion: 'Users of this step divided by those of the first, 0 to 1; null when there are none of the first.',
  conversionFromPrevious: 'Users of this step divided by those of the step before, 0 to 1; null when there are none, and for the first step.',
  medianSeconds: `The median of the seconds from the step before, over the users of this step: ${INTERPOLATED}. Null without users, and for the first step.`,
  p90Seconds: `The 90th percentile of the seconds from the step before, over the users of this step: ${INTERPOLATED}. Null without users, and for the first step.`,
  medianSecondsFromFirst: `The median of the seconds from the first step, over the users of this step: ${INTERPOLATED}. Null without users, and for the first step.`,
} as const

/** How rows of one instant follow each other, for the schema: also the order in which the statement sorts them. */
const ONE_INSTANT =
  'Rows of one instant follow each other in favour of the user: first those that can begin an attempt, then in the order of the last step that they meet, and those that end an attempt last.'

export const funnelOrders: Readonly<Record<FunnelOrder, string>> = {
  ORDERED: `An attempt begins with each row that meets the first step; each further step is the earliest later row that meets it. Other events may come between. One row serves one step. ${ONE_INSTANT}`,
  STRICT:
    'As ORDERED, and between two steps that follow each other, later than the one and earlier than the other, the user has no row that is no touch, nor a touch of an event of the steps. Refunds come between too.',
  UNORDERED: `An attempt begins with each row that meets any step; how far it gets is how many different steps are met from it on within the window, each by a row of its own. ${ONE_INSTANT}`,
}
