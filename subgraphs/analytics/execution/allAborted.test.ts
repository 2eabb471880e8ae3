import { expect, it } from 'vitest'
import { allAborted } from './allAborted.ts'

it('a signal of several is aborted when the last of them is, and never where one cannot be', () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const all = allAborted([one.signal, other.signal])
  one.abort()
  expect(all?.aborted).toBe(false)
  other.abort()
  expect(all?.aborted).toBe(true)
  expect(allAborted([one.signal, other.signal])?.aborted).toBe(true)
  expect(allAborted([one.signal, null])).toBe(null)
})
