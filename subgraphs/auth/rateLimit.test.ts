import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rateLimit.ts'

describe('a rate limit', () => {
  it('holds until its window is over, and tells how long that is', () => {
    let now = new Date(0)
    const limit = createRateLimit({ attempts: 2, windowMs: 60_000, now: () => now })
    limit.count('a')
    expect(limit.waitSeconds('a')).toBeNull()
    now = new Date(10_000)
    limit.count('a')
    expect([limit.waitSeconds('a'), limit.waitSeconds('b')]).toEqual([50, null])
    now = new Date(60_000)
    expect(limit.waitSeconds('a')).toBeNull()
  })

  it('remembers no more keys than it may', () => {
    const limit = createRateLimit({ attempts: 1, windowMs: 60_000, now: () => new Date(0), maxKeys: 2 })
    for (const key of ['a', 'b', 'c']) limit.count(key)
    expect(['a', 'b', 'c'].map((key) => limit.waitSeconds(key))).toEqual([null, 60, 60])
  })
})
