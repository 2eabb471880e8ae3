import { describe, expect, it } from 'vitest'
import { generatePassword, PASSWORD_STYLES, randomBelow } from './passwordGenerator.ts'
import { dicewareWords, passwordStrength } from './passwordStrength.ts'

/** How far counts are from all being the same, as so many standard deviations of a chi-square distribution (Wilson and Hilferty). */
function deviations(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return ((chiSquare / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

// A fair source is over five deviations once in three million runs.
const MAX_DEVIATIONS = 5

describe('numbers drawn below a limit', () => {
  it.each([2, 3, 10, 31, 76, 7_776])('are equally likely below %i', (limit) => {
    const counts = Array.from({ length: limit }, () => 0)
    for (let draw = 0; draw < Math.max(200_000, limit * 50); draw += 1) {
      const value = randomBelow(limit)
      counts[value] = (counts[value] ?? 0) + 1
    }
    expect(Math.abs(deviations(counts))).toBeLessThan(MAX_DEVIATIONS)
  })

  it('would not be by the remainder alone: below three quarters of the space the lower third came twice as often', () => {
    const limit = 3 * 2 ** 30
    const thirds = [0, 0, 0]
    for (let draw = 0; draw < 60_000; draw += 1) {
      const third = Math.floor(randomBelow(limit) / 2 ** 30)
      thirds[third] = (thirds[third] ?? 0) + 1
    }
    expect(Math.abs(deviations(thirds))).toBeLessThan(MAX_DEVIATIONS)
  })

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('are none below %d', (limit) => expect(() => randomBelow(limit)).toThrow(/no whole number/))
})

describe('a generated password', () => {
  it('has in its groups every character without a look-alike as often as any other', async () => {
    const counts = new Map<string, number>()
    for (let each = 0; each < 3_000; each += 1)
      for (const character of (await generatePassword('USER_FRIENDLY')).replaceAll('-', '')) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect([...counts.keys()].toSorted((a, b) => (a < b ? -1 : 1)).join('')).toBe('23456789abcdefghjkmnpqrstuvwxyz')
    expect(Math.abs(deviations([...counts.values()]))).toBeLessThan(MAX_DEVIATIONS)
  })

  it('has the form of its style, is never the same, and is strong', async () => {
    const words = new Set(await dicewareWords())
    expect(words.size).toBe(7_776)
    for (let each = 0; each < 20; each += 1) {
      const [standard, friendly, memorable] = [await generatePassword('STANDARD'), await generatePassword('USER_FRIENDLY'), await generatePassword('MEMORABLE')]
      expect(standard).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z\d\s])[!-~]{20}$/)
      expect(friendly).toMatch(/^[a-hj-km-np-z2-9]{5}(-[a-hj-km-np-z2-9]{5}){3}$/)
      // A few words of the list have a hyphen themselves.
      expect(memorable.split('-').length).toBeGreaterThanOrEqual(5)
    }
    for (const style of PASSWORD_STYLES) {
      const all = await Promise.all(Array.from({ length: 4 }, () => generatePassword(style)))
      expect(new Set(all).size).toBe(4)
      for (const password of all) expect(await passwordStrength({ password, personal: [] })).toMatchObject({ score: 100, isAccepted: true, reasons: [] })
    }
  }, 60_000)
})

describe('the strength of a password', () => {
  it.each([
    ['password123', /commonly used/],
    ['qwertyuiop', /used/],
    ['abcdefghijkl', /sequences/],
    ['lovelace1815', /./],
    ['aaaaaaaaaaaaaa', /[Rr]epeated/],
  ])('of %s is not enough, and it says why', async (password, reason) => {
    const { isAccepted, score, reasons } = await passwordStrength({ password, personal: ['lovelace', 'ada@example.test'] })
    expect([isAccepted, score < 50]).toEqual([false, true])
    expect(reasons.join(' ')).toMatch(reason)
  })

  it('of one that is long and odd is enough, and the more the stronger', async () => {
    const of = (password: string) => passwordStrength({ password, personal: [] })
    const [short, long] = [await of('kX9#mQ2$vL'), await of('kX9#mQ2$vLw7')]
    expect(short.isAccepted).toBe(true)
    expect(long.score).toBeGreaterThan(short.score)
    expect((await of('correct horse battery')).isAccepted).toBe(true)
  })
})
