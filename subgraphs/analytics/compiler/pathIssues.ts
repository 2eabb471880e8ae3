import type { IssueTable } from '#ops/service/issues.ts'

export type PathIssueParams = {
  START_WITH_CONVERSION: Record<never, never>
  LOOKBACK_OUT_OF_BOUNDS: { days: number; maxDays: number }
  DEPTH_OUT_OF_BOUNDS: { depth: number; maxDepth: number }
  GRAPH_EVENTS_OUT_OF_BOUNDS: { events: number; maxEvents: number }
}

/** Of questions for paths, and the lookback that they have in common with attribution. */
export const pathIssues: IssueTable<PathIssueParams> = {
  START_WITH_CONVERSION: {
    description: 'Paths that lead to a conversion have no start.',
    message: () => 'Paths are asked for that lead to the conversion and that follow the start; give one of the two.',
  },
  LOOKBACK_OUT_OF_BOUNDS: {
    description: 'A lookback window is negative or too long.',
    message: ({ days, maxDays }) => `The lookback window is ${days} days; it can be 0 to ${maxDays}.`,
  },
  DEPTH_OUT_OF_BOUNDS: {
    description: 'Paths have no step or too many.',
    message: ({ depth, maxDepth }) => `depth is ${depth}; it can be 1 to ${maxDepth}.`,
  },
  GRAPH_EVENTS_OUT_OF_BOUNDS: {
    description: 'A graph shows no event in a position, or too many.',
    message: ({ events, maxEvents }) => `graphEvents is ${events}; it can be 1 to ${maxEvents}.`,
  },
}
