import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOver, isSlug, shownSteps, slugOf } from './provisioning.ts'

describe('the making of a tenant', () => {
  const states = (...args: Parameters<typeof shownSteps>) => shownSteps(...args).map(({ state }) => state)

  it('shows what is done, what is next and what waits', () => {
    expect(states('DATABASES', 'RUNNING')).toEqual(['done', 'done', 'next', 'waiting', 'waiting', 'waiting'])
    expect(states('DATABASES', 'UNDOING')).toEqual(['done', 'done', 'waiting', 'waiting', 'waiting', 'waiting'])
    expect(new Set(states('MAIL', 'DONE'))).toEqual(new Set(['done']))
    expect((['RUNNING', 'DONE', 'UNDOING', 'FAILED'] as const).map(isOver)).toEqual([false, true, false, true])
  })

  it('suggests a short name, which is one or nothing', () => {
    expect([slugOf('Äpfel & Birnen, Inc.'), slugOf('  Quiet Waters '), slugOf('!?')]).toEqual(['apfel-birnen-inc', 'quiet-waters', ''])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (name) => {
        const slug = slugOf(name)
        expect(slug === '' || isSlug(slug)).toBe(true)
      }),
    )
    expect(['a', 'a-b', '-a', 'a-', 'A', 'a_b', 'x'.repeat(64)].map(isSlug)).toEqual([true, true, false, false, false, false, false])
  })
})
