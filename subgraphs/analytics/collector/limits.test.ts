import { describe, expect, it } from 'vitest'
import { createAdmission } from './admission.ts'
import { createKeyCache } from './keyCache.ts'
import { testScope } from './testing.ts'

const limits = { bytes: 100, bytesPerTenant: 60, requests: 4, requestsPerTenant: 3 }
const status = (expected: number) => expect.objectContaining({ status: expected, retryAfterSeconds: 1 })

describe('admission', () => {
  it('answers 429 to a tenant with too much waiting and 503 when all have, and takes again when requests leave', () => {
    const admission = createAdmission(limits)
    const first = admission.enter('a', 50)
    expect(() => admission.enter('a', 20)).toThrow(status(429))
    const second = admission.enter('b', 45)
    expect(() => admission.enter('c', 20)).toThrow(status(503))
    first.leave()
    first.leave()
    admission.enter('a', 20)
    expect(admission.waiting()).toEqual({ requests: 2, bytes: 65 })
    second.leave()
  })

  it('counts requests too, and what a body grows to when unpacked', () => {
    const admission = createAdmission(limits)
    const tickets = [1, 1, 1].map((bytes) => admission.enter('a', bytes))
    expect(() => admission.enter('a', 1)).toThrow(status(429))
    admission.enter('b', 1)
    expect(() => admission.enter('c', 1)).toThrow(status(503))
    expect(() => tickets[0]?.grow(60)).toThrow(status(429))
  })

  it('always takes a request that is alone', () => {
    createAdmission(limits).enter('a', 1_000).grow(1_000)
  })
})

describe('the cache of keys', () => {
  it('asks once for many at a time, keeps a key 5 s and a refusal 1 s, and asks again after a failure', async () => {
    let now = 0
    let asked = 0
    const scope = testScope()
    const find = createKeyCache({
      now: () => now,
      createScope: async () => scope,
      verify: async (text) => {
        asked += 1
        if (text === 'down') throw new Error('down')
        return text === 'good' ? scope.key : null
      },
    })
    await Promise.all([find('good'), find('good'), find('good')])
    now = 4_999
    expect(await find('good')).toBe(scope)
    expect(asked).toBe(1)
    now = 5_000
    await find('good')
    expect(asked).toBe(2)
    expect(await find('bad')).toBeNull()
    now = 5_999
    await find('bad')
    expect(asked).toBe(3)
    now = 6_001
    await find('bad')
    expect(asked).toBe(4)
    await expect(find('down')).rejects.toThrow('down')
    await expect(find('down')).rejects.toThrow('down')
    expect(asked).toBe(6)
    expect(await find('x'.repeat(300))).toBeNull()
    expect(asked).toBe(6)
  })
})
