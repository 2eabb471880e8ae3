import { describe, expect, it } from 'vitest'
import { usageLine } from './usage.ts'

describe('what is used of a plan', () => {
  it('is a bar up to the limit, and none without one', () => {
    expect(usageLine('Events', { used: '250000', limit: '1000000' })).toEqual({ title: 'Events', text: '250,000 of 1,000,000', share: 0.25, tone: 'fine' })
    expect(usageLine('Keys', { used: '8', limit: '10' })).toMatchObject({ tone: 'near' })
    expect(usageLine('Keys', { used: '12', limit: '10' })).toMatchObject({ share: 1, tone: 'full' })
    expect(usageLine('Apps', { used: '0', limit: '0' })).toMatchObject({ share: 1, tone: 'full' })
    expect(usageLine('Events', { used: '9007199254740993', limit: null })).toEqual({
      title: 'Events',
      text: '9,007,199,254,740,993, no limit',
      share: null,
      tone: 'fine',
    })
    expect(usageLine('Events', null)).toBeNull()
  })
})
