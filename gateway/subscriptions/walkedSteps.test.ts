import { describe, expect, it } from 'vitest'
import { WalkedSteps } from './walkedSteps.ts'

const step = (place: string, characters = 10) => ({ payload: 'x'.repeat(characters), place })

describe('steps that streams have walked', () => {
  it('are known for half a minute', () => {
    let now = 0
    const steps = new WalkedSteps(() => now)
    steps.add('a', step('b'))
    now = 29_999
    expect(steps.after('a')).toEqual(step('b'))
    now = 30_000
    expect(steps.after('a')).toBeNull()
  })

  it('are the newest 32 Mi characters, however the same were replaced', () => {
    const steps = new WalkedSteps(() => 0)
    const half = 15 * 1024 * 1024
    for (let time = 0; time < 10; time += 1) steps.add('a', step('b', half))
    steps.add('b', step('c', half))
    expect([steps.after('a')?.place, steps.after('b')?.place]).toEqual(['b', 'c'])
    steps.add('c', step('d', half))
    expect([steps.after('a'), steps.after('b')?.place, steps.after('c')?.place]).toEqual([null, 'c', 'd'])
    steps.clear()
    expect(steps.after('c')).toBeNull()
  })
})
