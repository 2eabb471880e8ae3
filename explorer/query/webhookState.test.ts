import { describe, expect, it } from 'vitest'
import { filterWords, webhookState } from './webhookState.ts'

describe('a webhook in words', () => {
  it('says what it does, and why it was switched off by itself', () => {
    const texts = (['GONE', 'SECRET_LOST', null] as const).map((problem) => webhookState({ state: 'DISABLED', problem }).text)
    expect(texts).toEqual(['off: it answered 410', 'off: the secret is lost', 'off'])
    expect(webhookState({ state: 'PAUSED_BY_FAILURES', problem: null }).tone).toBe('warn')
  })

  it('says which conversions it gets', () => {
    expect([filterWords(null), filterWords({}), filterWords({ event: { in: ['purchase', 'install'] }, country: { eq: 'DE' } })]).toEqual([
      'all conversions',
      'all conversions',
      'event is purchase or install, country is DE',
    ])
    expect(filterWords({ revenue: { gte: 10, lt: 50 } })).toBe('revenue ≥ 10 and < 50')
  })
})
