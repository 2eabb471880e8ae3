import { describe, expect, it } from 'vitest'
import { appInput, draftOf, isWhole, newApp } from './appDraft.ts'

const known = {
  name: 'Shop',
  platform: 'ios',
  bundleId: 'com.example.shop',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  clickLookbackDays: 14,
  viewLookbackDays: 0,
  conversionEvents: ['install', 'purchase'],
}

describe('an app that is filled in', () => {
  it('is given back as it was read', () => {
    expect(appInput(draftOf(known))).toEqual(known)
    expect(appInput(draftOf({ ...known, platform: null, bundleId: null }))).toEqual({ ...known, platform: null, bundleId: null })
  })

  it('is whole with a name, a currency, lookbacks within their bounds and an event', () => {
    const draft = newApp('USD', 'UTC')
    expect(isWhole(draft)).toBe(false)
    expect(isWhole({ ...draft, name: 'Shop' })).toBe(true)
    for (const wrong of [{ currency: 'US' }, { clickDays: '0' }, { clickDays: '91' }, { viewDays: '-1' }, { events: ' , ' }])
      expect([wrong, isWhole({ ...draft, name: 'Shop', ...wrong })]).toEqual([wrong, false])
  })
})
