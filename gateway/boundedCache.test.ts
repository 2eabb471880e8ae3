import { describe, expect, it } from 'vitest'
import { BoundedCache } from './boundedCache.ts'

describe('a bounded cache', () => {
  it('forgets the least recently used beyond its limit, and everything after its time', () => {
    let now = 0
    const cache = new BoundedCache<string, number>({ limit: 2, now: () => now })
    cache.set('a', 1, { lifetimeMs: 100 })
    cache.set('b', 2, { lifetimeMs: 100 })
    expect(cache.get('a')).toBe(1)
    cache.set('c', 3, { lifetimeMs: 50 })
    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([1, undefined, 3, 2])
    now = 50
    expect([cache.get('a'), cache.get('c'), cache.size]).toEqual([1, undefined, 1])
    now = 100
    expect([cache.get('a'), cache.size]).toEqual([undefined, 0])
  })
})
