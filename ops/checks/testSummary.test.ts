import { describe, expect, it } from 'vitest'
import type { TestReport } from './runVitest.ts'
import { filesWithFailures, summaryOf } from './testSummary.ts'

type Tests = Readonly<Record<string, 'passed' | 'failed' | 'pending'>>

/** A report as vitest writes it, of files with their tests; a file without tests could not be loaded. */
function reportOf(files: Readonly<Record<string, Tests>>): TestReport {
  const results = Object.values(files).flatMap((tests) => Object.values(tests))
  const count = (status: string) => results.filter((each) => each === status).length
  return {
    numPassedTests: count('passed'),
    testResults: Object.entries(files).map(([name, tests]) => ({
      name,
      status: Object.keys(tests).length === 0 || Object.values(tests).includes('failed') ? 'failed' : 'passed',
      message: 'no such module',
      assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status, failureMessages: status === 'failed' ? ['is 1, not 2'] : [] })),
    })),
  }
}

describe('the end of a test run', () => {
  it('is its counts alone where all passed', () => {
    expect(summaryOf({ report: reportOf({ '/a.test.ts': { one: 'passed', two: 'pending' } }), code: 0 }, null)).toEqual({
      lines: ['1 passed, 0 failed, 1 skipped'],
      isGreen: true,
    })
  })

  it('names every failure with its reason', () => {
    const report = reportOf({ '/a.test.ts': { one: 'passed', two: 'failed' }, '/b.test.ts': {} })
    const { lines, isGreen } = summaryOf({ report, code: 1 }, null)
    expect(lines).toEqual([
      'failed: /a.test.ts > two\n    is 1, not 2',
      'failed: /b.test.ts > the file could not be loaded\n    no such module',
      '1 passed, 2 failed',
    ])
    expect(isGreen).toBe(false)
    expect(filesWithFailures(report, '/')).toEqual(['a.test.ts', 'b.test.ts'])
  })

  it('tells apart what failed beside the others and passed alone from what failed twice', () => {
    const first = reportOf({ '/a.test.ts': { one: 'failed', two: 'failed' }, '/b.test.ts': { three: 'passed' } })
    const alone = reportOf({ '/a.test.ts': { one: 'passed', two: 'failed' } })
    expect(summaryOf({ report: first, code: 1 }, alone)).toEqual({
      lines: [
        'failed beside the others and passed alone: /a.test.ts > one\n    is 1, not 2',
        'failed: /a.test.ts > two\n    is 1, not 2',
        '2 passed, 1 failed',
      ],
      isGreen: false,
    })
  })

  it('is green where all that failed passed alone', () => {
    const first = reportOf({ '/a.test.ts': { one: 'failed' } })
    expect(summaryOf({ report: first, code: 1 }, reportOf({ '/a.test.ts': { one: 'passed' } })).isGreen).toBe(true)
  })

  it('counts the tests of a file whose beginning failed beside the others where they passed', () => {
    const first = reportOf({ '/a.test.ts': { one: 'pending', two: 'pending' }, '/b.test.ts': { three: 'passed' } })
    const broken = { ...first, testResults: first.testResults.map((file) => (file.name === '/a.test.ts' ? { ...file, status: 'failed' } : file)) }
    const { lines } = summaryOf({ report: broken, code: 1 }, reportOf({ '/a.test.ts': { one: 'passed', two: 'passed' } }))
    expect(lines).toEqual(['failed beside the others and passed alone: /a.test.ts > the file could not be loaded\n    no such module', '3 passed, 0 failed'])
  })

  it('does not take a test that was not run again, or a file that could not be loaded again, for one that passed', () => {
    const first = reportOf({ '/a.test.ts': { one: 'failed' }, '/b.test.ts': {} })
    expect(summaryOf({ report: first, code: 1 }, reportOf({ '/b.test.ts': {} })).lines.at(-1)).toBe('0 passed, 2 failed')
  })

  it('fails where vitest failed though no test did, or left no report', () => {
    expect(summaryOf({ report: reportOf({ '/a.test.ts': { one: 'passed' } }), code: 1 }, null).lines.at(-1)).toBe('1 passed, 1 failed')
    expect(summaryOf({ report: null, code: 1 }, null)).toEqual({ lines: ['vitest did not come as far as a report', '0 passed, 1 failed'], isGreen: false })
  })
})
