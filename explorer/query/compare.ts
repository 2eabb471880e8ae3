import type { Compare } from '../operations/generated/graphql.ts'

const words: Readonly<Record<Compare, string>> = { PREVIOUS_PERIOD: 'Previous period', SAME_WEEKDAYS: 'Same weekdays before', PREVIOUS_YEAR: 'Previous year' }

/** What is compared with, for people; null for nothing. */
export const describeCompare = (compare: Compare | null): string | null => (compare === null ? null : words[compare])
