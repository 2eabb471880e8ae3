import { relative } from 'node:path'
import type { TestReport } from './runVitest.ts'

type Outcome = { readonly report: TestReport | null; readonly code: number }
type Failure = { readonly file: string; readonly test: string; readonly why: string }

/** Of the text of a failure so much that many of them fit on a screen. */
const WHY_LINES = 4
const WHY_LENGTH = 400

/** The files with a failed test, or that could not be loaded, relative to the folder. */
export const filesWithFailures = (report: TestReport, folder: string): readonly string[] =>
  report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(folder, name))

/**
 * What is told at the end of a run: every failure by name with the beginning of its reason, those that did not fail a second time, alone, apart from
 * the others, and one plain line with the counts. A file that could not be loaded counts as one failure: its tests were never counted.
 */
export function summaryOf({ report, code }: Outcome, alone: TestReport | null): { readonly lines: readonly string[]; readonly isGreen: boolean } {
  if (report === null) return { lines: ['vitest did not come as far as a report', '0 passed, 1 failed'], isGreen: false }
  const all = failuresOf(report)
  const again = alone === null ? null : outcomesOf(alone)
  const passedAlone = all.filter(({ file, test }) => again?.get(keyOf(file, test)) === 'passed')
  const failed = all.filter((each) => !passedAlone.includes(each))
  // What vitest ends with beside its tests, an error that nobody caught, is a failure too.
  const isUntold = all.length === 0 && code !== 0
  const count = failed.length + (isUntold ? 1 : 0)
  // Of a file that could be loaded the second time the tests stand there.
  const files = new Set(passedAlone.flatMap(({ file, test }) => (test === WHOLE_FILE ? [file] : [])))
  const countOf = (of: TestReport | null, status: string, isAsked: (file: string) => boolean): number =>
    (of?.testResults ?? [])
      .filter(({ name }) => isAsked(name))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((each) => each.status === status).length
  const inEnd = (status: string) => countOf(report, status, (file) => !files.has(file)) + countOf(alone, status, (file) => files.has(file))
  const passed = inEnd('passed') + passedAlone.filter(({ test }) => test !== WHOLE_FILE).length
  const skippedCount = inEnd('skipped') + inEnd('pending') + inEnd('todo')
  const skipped = skippedCount === 0 ? '' : `, ${skippedCount} skipped`
  return {
    lines: [
      ...passedAlone.map(({ file, test, why }) => `failed beside the others and passed alone: ${file} > ${test}\n${why}`),
      ...failed.map(({ file, test, why }) => `failed: ${file} > ${test}\n${why}`),
      ...(isUntold ? [`failed: vitest ended with ${code} though no test failed; its reason stands above`] : []),
      `${passed} passed, ${count} failed${skipped}`,
    ],
    isGreen: count === 0,
  }
}

const WHOLE_FILE = 'the file could not be loaded'

function failuresOf(report: TestReport): readonly Failure[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((each) => each.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [{ file: name, test: WHOLE_FILE, why: shorten(message) }]
    return failed.map((each) => ({ file: name, test: each.fullName, why: shorten(each.failureMessages?.join('\n') ?? '') }))
  })
}

/** By file and test; of a file as a whole whether all of it passed. */
function outcomesOf(report: TestReport): ReadonlyMap<string, string> {
  return new Map(
    report.testResults.flatMap(({ name, status, assertionResults }) => [
      [keyOf(name, WHOLE_FILE), assertionResults.length === 0 ? 'failed' : status] as const,
      ...assertionResults.map((each) => [keyOf(name, each.fullName), each.status] as const),
    ]),
  )
}

const keyOf = (file: string, test: string): string => `${file}\n${test}`

const shorten = (text: string): string =>
  text
    .split('\n')
    .slice(0, WHY_LINES)
    .map((line) => `    ${line.slice(0, WHY_LENGTH)}`)
    .join('\n')
