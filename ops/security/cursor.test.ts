import { describe, expect, it } from 'vitest'
import { createCursorSealer } from './cursor.ts'

const key = 'a key of any length'
const context = ['tenant-1', 'conversions', 'question-1']
const position = Buffer.from('position 42')

describe('a cursor', () => {
  const sealer = createCursorSealer(key, context)

  it('opens to the position that was sealed, and says nothing of it', () => {
    const cursor = sealer.seal(position)
    expect(sealer.open(cursor)).toEqual(position)
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(Buffer.from(cursor, 'base64url').includes(position)).toBe(false)
    expect(sealer.seal(position)).toBe(cursor)
    expect(sealer.seal(Buffer.from('position 43'))).not.toBe(cursor)
  })

  it.each([
    ['tenant', ['tenant-2', 'conversions', 'question-1']],
    ['field', ['tenant-1', 'users', 'question-1']],
    ['question', ['tenant-1', 'conversions', 'question-2']],
    ['context in one text', ['tenant-1conversions', 'question-1']],
  ])('of another %s is refused', (_what, other) => {
    expect(createCursorSealer(key, other).open(sealer.seal(position))).toBeNull()
  })

  it('of another key is refused', () => {
    expect(createCursorSealer('another key', context).open(sealer.seal(position))).toBeNull()
  })

  it('with any byte changed, cut, longer or written in another way is refused', () => {
    const bytes = Buffer.from(sealer.seal(position), 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      expect(sealer.open(changed.toString('base64url'))).toBeNull()
      expect(sealer.open(bytes.subarray(0, at).toString('base64url'))).toBeNull()
    }
    const cursor = bytes.toString('base64url')
    for (const text of ['', `${cursor}A`, `${cursor}=`, ` ${cursor}`, bytes.toString('base64'), 'nonsense']) {
      if (text !== cursor) expect(sealer.open(text)).toBeNull()
    }
  })
})
