import { all, eventIs, IS_REFUND, KNOWN_USER, NO_TOUCH, not, type Condition } from './condition.ts'
import { limits } from './limits.ts'

/** How many steps a path has at most, how far back it reaches and how many events of a position the graph shows, when nothing is said. */
export const PATH_DEFAULTS = { depth: 5, lookbackDays: 30, limit: 100, graphEvents: 10 } as const

/** The rows that are steps: of known users, refunds too, touches only when they are asked for. */
export const pathStepCondition = (where: Condition, { includeTouches }: { readonly includeTouches: boolean }): Condition =>
  all(KNOWN_USER, ...(includeTouches ? [] : [NO_TOUCH]), where)

/** The rows that a path can begin with. A named event begins one whether or not it would be a step, and as a conversion never as a refund. */
export function pathStartCondition({ event, where, step }: { readonly event: string | null; readonly where: Condition; readonly step: Condition }): Condition {
  return event === null ? all(step, where) : all(KNOWN_USER, eventIs(event), not(IS_REFUND), where)
}

/** What the schema never answers with null, of paths, totals, nodes and links. */
export const PATHS_NEVER_NULL: ReadonlySet<string> = new Set(['users', 'conversions', 'steps'])

/** What stands in a position of the graph. */
export const pathNodeKinds = ['START', 'STEP', 'OTHER', 'CONVERSION', 'EXIT'] as const
export type PathNodeKind = (typeof pathNodeKinds)[number]

const ORDER = 'by when they happened, at one instant by the id of the event'

/** The words of the schema. */
export const pathTexts = {
  field: 'The most frequent paths of events: those that led to a conversion, or those that followed a first event.',
  input: `Which paths. Their steps are the names of the events of known users, ${ORDER}; refunds are steps, touches only with \`includeTouches\`.`,
  conversion:
    'With it, each such event of the range has one path: the last `depth` steps before it. A step belongs to the first conversion after it, in or before the range, and to no other; a conversion is no step. Without it, each user has one path: the first `depth` steps of the range from `start` on.',
  start:
    "Without `conversion`: what the path of a user begins with, the user's first such event in the range. When left out, the user's first step. With `conversion` it is the issue START_WITH_CONVERSION.",
  startEvent:
    'The name of the event: it is the first step also where `where` or `includeTouches` would leave it out. A refund never begins a path by name. Any step when left out.',
  startWhere: 'Which of these events.',
  range: 'When the conversion happened, whose steps may lie before; without `conversion` when all steps happened.',
  depth: `At most this many steps, 1 to ${limits.pathDepth}.`,
  lookbackDays: `How old a step may be at the conversion, in days of 24 hours, 0 to ${limits.pathLookbackDays}; one of exactly that age counts. Without \`conversion\` it says nothing.`,
  collapseRepeats: 'Whether events of one name that follow each other directly are one step, before the path is cut to `depth`.',
  includeTouches: 'Whether clicks and impressions are steps, by the names of their events.',
  where: 'Which events are steps; the conversion and a named start need not meet it.',
  limit: `At most this many paths, 1 to ${limits.paths}; isTruncated says when there are more.`,
  graphEvents: `How many events the graph shows in each position, the most frequent, 1 to ${limits.graphEvents}; all others of the position are one node of kind OTHER.`,
  steps: 'Names of events, the oldest first. Empty: a conversion without a step before it.',
  users: 'Distinct users.',
  conversions: 'Conversions that ended the path; without `conversion` the users whose path it is, one path each.',
  revenue:
    "Revenue of these conversions; without `conversion` the net revenue of the events that are the path's steps, repeats of a collapsed step and refunds included. Null when it is masked.",
  paths: 'The most frequent first: by conversions, then by users, descending, then by the bytes of the steps. A path without a conversion is not told.',
  totals: 'Over all paths before the limit: every conversion of the range, or every user with a path. Null with explain.',
  graph:
    'All paths before the limit, laid over each other by position. Into a node goes as much as out of it, but at the outermost position that `depth` leaves, and at the ends. Null with explain.',
  nodes: 'By position, the most frequent first, OTHER after them.',
  links: 'From each node to those of the next position, in the order of the nodes.',
  graphIsTruncated: 'Whether some events are together in a node of kind OTHER; what it counts is complete in any case.',
  nodeId: 'Of the node in this answer, for links; the same in every answer to the question.',
  nodeEvent: 'The name of the event: of a step, or of the conversion; else null.',
  nodeStep: 'The position. With `conversion` counted back from it: -1 is the last step before it, the conversion is 0. Without: 1 is the first step.',
  nodeIsOther: 'Whether the node stands for all events that are not among the most frequent of the position.',
  nodeUsers: 'Distinct users of whom a path goes through it.',
  nodeConversions: 'Paths that go through it.',
  linkUsers: 'Distinct users of whom a path goes along it.',
  linkConversions: 'Paths that go along it.',
} as const

export const pathNodeTexts: Readonly<Record<PathNodeKind, string>> = {
  START: 'With `conversion`: before the first step of a path that is shorter than `depth`; so a conversion without steps leads from it to the conversion.',
  STEP: 'An event.',
  OTHER: 'All events that are not among the most frequent of their position.',
  CONVERSION: 'The conversion.',
  EXIT: 'Without `conversion`: after the last step of a path that is shorter than `depth`, the user has no further step in the range.',
}
