import type { IssueTable } from '#ops/service/issues.ts'

type Near = { readonly didYouMean: readonly string[] }

export type SegmentIssueParams = {
  UNKNOWN_SEGMENT: { id: string; name: string | null } & Near
  TOO_MANY_SEGMENTS: { maxSegments: number }
  SEGMENT_IN_SEGMENT: Record<never, never>
  SEGMENT_TOO_LARGE: { maxRules: number; maxDepth: number; maxConditions: number }
  SEGMENT_HAS_NO_JOIN: { name: string; because: string }
  ENTRY_NEEDS_SEGMENT: Record<never, never>
  ENTRY_TAKES_NO_SEGMENT: { kind: string }
  BEHAVIOUR_COUNT_OUT_OF_BOUNDS: { what: string; count: number; max: number }
  BEHAVIOUR_COUNTS_CROSSED: { atLeast: number; atMost: number }
  SEGMENT_NAME_NOT_RIGHT: { maxLength: number }
  SEGMENT_DESCRIPTION_TOO_LONG: { length: number; maxLength: number }
  SEGMENT_NAME_TAKEN: { name: string }
  SEGMENT_IS_FROZEN: { name: string }
  TOO_MANY_SAVED_SEGMENTS: { maxSegments: number }
}

/** Of segments: of naming them, of saving them, and of what they are defined by. */
export const segmentIssues: IssueTable<SegmentIssueParams> = {
  UNKNOWN_SEGMENT: {
    description: 'The tenant has no segment with this id; it may have been deleted. `didYouMean` has the id of the one with the nearest name.',
    message: ({ id, name }) => `There is no segment "${id}".${name === null ? '' : ` There is "${name}".`}`,
  },
  TOO_MANY_SEGMENTS: {
    description: 'A question names too many different segments.',
    message: ({ maxSegments }) => `More than ${maxSegments} different segments are named; at most ${maxSegments} can be in one question.`,
  },
  SEGMENT_IN_SEGMENT: {
    description: 'A filter within the definition of a segment names a segment.',
    message: () => 'The definition of a segment cannot name a segment; repeat its rules.',
  },
  SEGMENT_TOO_LARGE: {
    description: 'The definition of a segment has too many rules or conditions, or is nested too deep.',
    message: ({ maxRules, maxDepth, maxConditions }) =>
      `The definition is too large; at most ${maxRules} rules, ${maxDepth} deep, with ${maxConditions} conditions in all their filters can be given.`,
  },
  SEGMENT_HAS_NO_JOIN: {
    description: 'A segment is an entry of cohorts that users do not join by an event.',
    message: ({ name, because }) => `Nobody joins the segment "${name}" at a certain time: ${because}.`,
  },
  ENTRY_NEEDS_SEGMENT: { description: 'An entry of kind SEGMENT needs the id of one.', message: () => 'An entry of kind SEGMENT needs segment.' },
  ENTRY_TAKES_NO_SEGMENT: {
    description: 'Only an entry of kind SEGMENT takes a segment.',
    message: ({ kind }) => `An entry of kind ${kind} takes no segment. Use kind: SEGMENT.`,
  },
  BEHAVIOUR_COUNT_OUT_OF_BOUNDS: {
    description: 'A number of times is negative or too large.',
    message: ({ what, count, max }) => `${what} is ${count}; it can be 0 to ${max}.`,
  },
  BEHAVIOUR_COUNTS_CROSSED: {
    description: 'atMost is less than atLeast.',
    message: ({ atLeast, atMost }) => `atMost is ${atMost}, which is less than atLeast ${atLeast}: nobody does that.`,
  },
  SEGMENT_NAME_NOT_RIGHT: {
    description: 'The name of a segment is empty or too long, has blanks around it or a character that cannot be stored.',
    message: ({ maxLength }) => `The name must have 1 to ${maxLength} characters, none of them a control character, and no blanks around it.`,
  },
  SEGMENT_DESCRIPTION_TOO_LONG: {
    description: 'The description of a segment is too long.',
    message: ({ length, maxLength }) => `The description has ${length} characters; at most ${maxLength} are allowed.`,
  },
  SEGMENT_NAME_TAKEN: {
    description: 'The tenant has a segment of this name; letters are the same whether small or capital.',
    message: ({ name }) => `There is a segment "${name}" already.`,
  },
  SEGMENT_IS_FROZEN: {
    description: 'The definition of a frozen segment cannot be changed, so that its members never do.',
    message: ({ name }) => `The segment "${name}" is frozen; set isFrozen to false to change its definition.`,
  },
  TOO_MANY_SAVED_SEGMENTS: {
    description: 'The tenant has as many segments as it can have.',
    message: ({ maxSegments }) => `There are ${maxSegments} segments already; delete one first.`,
  },
}
