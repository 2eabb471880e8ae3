import type { Info } from './answer.ts'

/** What the reader has to know about an answer: that rows are missing (`truncated` says what the shown ones are), or that numbers are estimates. */
export function answerNotes(
  answer: { readonly rows: readonly unknown[]; readonly info: Info } | null,
  truncated = 'rows are shown; the totals count all of them.',
): readonly string[] {
  if (answer === null) return []
  const { info, rows } = answer
  return [
    ...(info.isTruncated ? [`Only the first ${rows.length.toLocaleString('en')} ${truncated}`] : []),
    ...(info.isApproximate ? ['Some numbers are estimates.'] : []),
  ]
}
