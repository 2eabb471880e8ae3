import { describe, expect, it } from 'vitest'
import { createLanes } from '../lanes.ts'
import { createCompanies } from './companies.ts'

/** Work that waits until it is let go, and in which companies it came. */
function hall({ width = 1, most = 10 } = {}) {
  const companies: string[][] = []
  const doors: (() => void)[] = []
  const inTurn = createLanes(width)
  const work = async (items: readonly string[]): Promise<readonly PromiseSettledResult<string>[]> => {
    companies.push([...items])
    await new Promise<void>((resolve) => void doors.push(resolve))
    if (items.includes('broken')) throw new Error('all of it failed')
    return items.map((item) =>
      item === 'wrong' ? { status: 'rejected', reason: new Error('it is wrong') } : { status: 'fulfilled', value: item.toUpperCase() },
    )
  }
  const enter = createCompanies<string, string>({ inTurn, work, most })
  const has = async (count: number) => await expect.poll(() => companies.length, { interval: 1 }).toBe(count)
  return { enter, companies, has, letGo: () => doors.shift()?.() }
}

describe('work that waits for its turn', () => {
  it('is done with what waits beside it and is akin, the rest on its own', async () => {
    const { enter, companies, has, letGo } = hall()
    const first = enter('a', { tenantId: 't', kin: 'k' })
    await has(1)
    const later = [
      enter('b', { tenantId: 't', kin: 'k' }),
      enter('c', { tenantId: 't', kin: 'other' }),
      enter('d', { tenantId: 't', kin: 'k' }),
      enter('e', { tenantId: 't', kin: null }),
    ]
    for (const count of [2, 3, 4]) {
      letGo()
      await has(count)
    }
    letGo()
    expect(await Promise.all([first, ...later])).toEqual(['A', 'B', 'C', 'D', 'E'])
    expect(companies).toEqual([['a'], ['b', 'd'], ['c'], ['e']])
  })

  it('is woken by one piece of news and goes as one, no more than so many', async () => {
    const { enter, companies, has, letGo } = hall({ width: 2, most: 3 })
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((item) => enter(item, { tenantId: 't', kin: 'k' }))
    for (const count of [2, 3]) {
      await has(count)
      letGo()
    }
    letGo()
    expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'])
    expect(companies.map(({ length }) => length)).toEqual([3, 3, 1])
    expect(companies.flat().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })

  it('fails alone by what is wrong with it, and together with all by what befalls all', async () => {
    const { enter, has, letGo } = hall()
    const one = [enter('a', { tenantId: 't', kin: 'k' }), enter('wrong', { tenantId: 't', kin: 'k' })]
    await has(1)
    letGo()
    expect(await Promise.allSettled(one)).toMatchObject([{ value: 'A' }, { reason: { message: 'it is wrong' } }])
    const other = [enter('b', { tenantId: 't', kin: 'k' }), enter('broken', { tenantId: 't', kin: 'k' })]
    await has(2)
    letGo()
    expect(await Promise.allSettled(other)).toMatchObject([{ reason: { message: 'all of it failed' } }, { reason: { message: 'all of it failed' } }])
  })
})
