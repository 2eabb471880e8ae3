import { describe, expect, it } from 'vitest'
import { sharedScalars } from './scalars.ts'

const { DateTime, Date: Day, Decimal, BigInt: Whole, Cursor } = sharedScalars

describe('shared scalars', () => {
  it('reads an instant with an offset and writes it in UTC with milliseconds', () => {
    expect(DateTime.serialize(DateTime.parseValue('2026-03-01T01:30:00+01:00'))).toBe('2026-03-01T00:30:00.000Z')
    expect(DateTime.serialize(DateTime.parseValue('2026-03-01T00:30:00.120000Z'))).toBe('2026-03-01T00:30:00.120Z')
  })

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.0001Z',
    '2026-01-01T00:00:00+99:00',
    'now',
    1,
    null,
    new Date(0),
  ])('does not take %s for an instant', (value) => expect(() => DateTime.parseValue(value)).toThrow(/DateTime cannot be/))

  it('takes days that exist', () => {
    expect(Day.parseValue('2024-02-29')).toBe('2024-02-29')
    for (const value of ['2023-02-29', '2024-13-01', '24-01-01', '0000-01-01', 20240101]) expect(() => Day.parseValue(value)).toThrow(/Date cannot be/)
  })

  it('keeps decimals exact', () => {
    expect(Decimal.parseValue('12345678901234567890.123456')).toBe('12345678901234567890.123456')
    expect(Decimal.parseValue(5)).toBe('5')
    for (const value of ['1e3', '.5', '5.', '01', '', ' 1', 0.1, 1e300, '9'.repeat(39), NaN])
      expect(() => Decimal.parseValue(value)).toThrow(/Decimal cannot be/)
    expect(() => Decimal.serialize(0.1)).toThrow()
  })

  it('keeps whole numbers exact', () => {
    expect(Whole.parseValue('9007199254740993')).toBe(9007199254740993n)
    expect(Whole.serialize(9007199254740993n)).toBe('9007199254740993')
    for (const value of ['1.0', 2 ** 60, '0x10', '']) expect(() => Whole.parseValue(value)).toThrow(/BigInt cannot be/)
  })

  it('refuses an empty or endless cursor', () => {
    for (const value of ['', 'x'.repeat(70_000), 7]) expect(() => Cursor.parseValue(value)).toThrow(/Cursor cannot be/)
  })
})
