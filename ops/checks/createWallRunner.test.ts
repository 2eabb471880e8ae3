import { expect, it } from 'vitest'
import { outcomeOf } from './createWallRunner.ts'
import type { TestReport } from './runVitest.ts'

type Assertions = TestReport['testResults'][number]['assertionResults']

function reportOf(assertionResults: Assertions, { status = 'passed', message = '' } = {}): TestReport {
  const count = (wanted: string): number => assertionResults.filter((each) => each.status === wanted).length
  return {
    numPassedTests: count('passed'),
    testResults: [{ name: 'a.test.ts', status, message, assertionResults }],
  }
}

it('a test that fails is told with the first line of what it says', () => {
  const failed = { fullName: 'a leak', status: 'failed', failureMessages: ['Error: was shown 7\n    at a.ts:1'] }
  const outcome = outcomeOf(reportOf([{ fullName: 'other', status: 'passed' }, failed], { status: 'failed' }), '')
  expect(outcome).toEqual({ kind: 'failed', failures: [{ test: 'a leak', says: 'Error: was shown 7' }] })
})

it('what could not start has noticed nothing', () => {
  const skipped = { fullName: 'a leak', status: 'skipped' }
  const cannotLoad = { status: 'failed', message: 'SyntaxError: no such export\n    at b.ts:2' }
  expect(outcomeOf(reportOf([], cannotLoad), '')).toEqual({ kind: 'did not run', why: 'SyntaxError: no such export' })
  expect(outcomeOf(reportOf([skipped], cannotLoad), '')).toEqual({ kind: 'did not run', why: 'SyntaxError: no such export' })
  expect(outcomeOf(reportOf([]), '')).toEqual({ kind: 'did not run', why: 'no test was found' })
  expect(outcomeOf(null, 'starting\nout of memory\n')).toEqual({ kind: 'did not run', why: 'vitest wrote no report: out of memory' })
})

it('what passes is counted', () => {
  expect(outcomeOf(reportOf([{ fullName: 'a', status: 'passed' }]), '')).toEqual({ kind: 'passed', count: 1 })
})
