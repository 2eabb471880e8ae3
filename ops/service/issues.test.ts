import { describe, expect, it } from 'vitest'
import { BadQueryError, defineIssues, nearestWords } from './issues.ts'

type Params = { UNKNOWN_MEASURE: { name: string; didYouMean: readonly string[] }; RANGE_TOO_LONG: { days: number; maxDays: number } }
const issue = defineIssues<Params>({
  UNKNOWN_MEASURE: { description: 'No such measure.', message: ({ name }) => `There is no measure "${name}".` },
  RANGE_TOO_LONG: { description: 'Too long.', message: ({ days, maxDays }) => `The range covers ${days} days; at most ${maxDays} can be asked for at once.` },
})

describe('issues', () => {
  it('carries code, path, sentence and the nearest word', () => {
    const didYouMean = nearestWords('revenu', ['installs', 'revenue', 'refunds'])
    expect(issue('UNKNOWN_MEASURE', ['orderBy', 0, 'measure'], { name: 'revenu', didYouMean })).toEqual({
      code: 'UNKNOWN_MEASURE',
      path: ['orderBy', 0, 'measure'],
      message: 'There is no measure "revenu". Did you mean "revenue"?',
      didYouMean: ['revenue'],
    })
  })

  it('leaves didYouMean out when nothing is near', () => {
    expect(issue('UNKNOWN_MEASURE', [], { name: 'zzz', didYouMean: nearestWords('zzz', ['revenue']) })).not.toHaveProperty('didYouMean')
  })

  it('are answered together in one error', () => {
    const issues = [issue('RANGE_TOO_LONG', ['range'], { days: 9000, maxDays: 3660 }), issue('UNKNOWN_MEASURE', [], { name: 'x', didYouMean: [] })]
    expect(new BadQueryError(issues).extensions).toEqual({ code: 'BAD_QUERY', issues })
    expect(() => new BadQueryError([])).toThrow()
  })

  it.each([
    ['activeUser', ['activeUsers', 'payers'], ['activeUsers']],
    ['reveneu', ['revenue'], ['revenue']],
    ['GROSS_REVENUE', ['grossRevenue', 'revenue'], ['grossRevenue']],
    ['Europe/Berln', ['Europe/Berlin', 'Europe/Bern'], ['Europe/Berlin']],
    ['x'.repeat(100_000), ['revenue'], []],
  ])('finds the word near %s', (word, known, expected) => expect(nearestWords(word, known)).toEqual(expected))
})
