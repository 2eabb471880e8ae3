/** The named limits of one question. Beyond one the answer is an issue that says the limit; nothing is silently cut. */
export const limits = {
  rangeDays: 3_660,
  rows: 50_000,
  cohortRows: 10_000,
  /** limit times periods, or brackets: each cell is answered, also an empty one. */
  cohortCells: 400_000,
  groups: 8,
  measures: 100,
  /** Of TIME_DECAY in one question: each is worked out for every touchpoint. */
  halfLives: 10,
  /** Touchpoints times conversions of one user: credit is worked out for each pair of them. */
  pathPairs: 500_000_000,
  /** Of what paths are counted by for MARKOV and SHAPLEY: a state and what comes next, a group and how many are on the path. */
  transitions: 200_000,
  /** The same where each is counted once more for each resample. */
  resampledTransitions: 20_000,
  /** Multiplications for the removal effects of one question, resamples included. */
  chainSteps: 2_500_000_000,
  orderings: 8,
  /** Milliseconds between two answers of a live question. */
  liveIntervalLeastMs: 250,
  liveIntervalMostMs: 3_600_000,
  periods: 400,
  brackets: 50,
  /** Of one funnel. */
  leastSteps: 2,
  steps: 20,
  exclusions: 10,
  /** 365 days. */
  windowSeconds: 31_536_000,
  /** Different filters of one event among the steps of an UNORDERED funnel: which row serves which of them is told from every set of them. */
  alikeSteps: 4,
  /** Each has as many steps as the question. */
  funnelRows: 10_000,
  /** Of one path. */
  pathDepth: 20,
  pathLookbackDays: 365,
  paths: 10_000,
  /** Of each position; a graph has as many positions as a path has steps, and links between any two nodes of neighbours. */
  graphEvents: 50,
  /** Users and events of one page. */
  listedUsers: 1_000,
  /** Of one cell, which holds the question, and of all cells of one answer together. */
  cellBytes: 32_768,
  allCellsBytes: 32_000_000,
  /** Of one page: each has all its touches. */
  journeys: 100,
  /** Touches that the reasoning of one page, or its journeys, are told from. */
  reasonedTouches: 20_000,
  propertyNameLength: 200,
  eventNameLength: 100,
  /** Of activeUsersOver: each day of a user is counted in so many windows. */
  overDays: 90,
  /** The groups beside Other. */
  topGroups: 1_000,
  /** Buckets of time that fillGaps makes for each of the other groups. */
  filledBuckets: 10_000,
  filterValues: 1_000,
  /** Filters and comparisons of one question together. */
  filterConditions: 400,
  filterDepth: 12,
  /** Of one tenant. */
  savedSegments: 1_000,
  segmentNameLength: 100,
  segmentDescriptionLength: 1_000,
  /** Different ones in one question: each is a scan of its own. */
  segments: 8,
  /** Of one definition, those around others included. */
  segmentRules: 20,
  segmentDepth: 6,
  /** Filters and comparisons of one definition together. */
  segmentConditions: 60,
  behaviourCount: 1_000_000,
  /** Of all texts of one question together, as they travel in the URL of the statement: ClickHouse takes 128 KiB for one parameter. */
  textBytes: 120_000,
  /** Buckets are days of ClickHouse's Date and hours of its DateTime. */
  earliestMs: Date.UTC(1970, 0, 2),
  latestMs: Date.UTC(2105, 11, 31),
} as const
