import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'
import { auditCodec, auditFilter, everyEntry } from './auditQuery.ts'

const text = fc.option(fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }))
const day = fc.option(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)))

describe('the question of the audit log in the address', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.record({ text, actor: text, action: text, target: text, from: day, to: day }), (query) => {
        expect(auditCodec.read(parseQuery(stringifyQuery(auditCodec.write(query))))).toEqual(query)
      }),
    )
  })

  it('leaves out what does not narrow, and days that are none', () => {
    expect(auditCodec.write(everyEntry)).toEqual({})
    expect(auditCodec.read({ text: '', from: 'yesterday', to: '2026-02-30' })).toEqual(everyEntry)
  })

  it('has days of the zone for the API, the last one included', () => {
    expect(auditFilter(everyEntry, 'UTC')).toEqual({})
    expect(auditFilter({ ...everyEntry, action: 'member', from: '2026-03-01', to: '2026-03-31' }, 'Europe/Berlin')).toEqual({
      action: 'member',
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-31T22:00:00.000Z',
    })
  })
})
