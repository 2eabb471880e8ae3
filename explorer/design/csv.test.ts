import { describe, expect, it } from 'vitest'
import { printCsv, printTsv, type CsvCell } from './csv.ts'

const text = (value: string | null): CsvCell => ({ kind: 'text', value })
const number = (value: string | number | null): CsvCell => ({ kind: 'number', value })

describe('a table as CSV', () => {
  it('keeps numbers exact, and absent ones empty', () => {
    expect(
      printCsv(
        ['Country', 'Revenue'],
        [
          [text('DE'), number('9007199254740993.120000')],
          [text('US'), number(null)],
        ],
      ),
    ).toBe('Country,Revenue\r\nDE,9007199254740993.120000\r\nUS,\r\n')
  })

  it('quotes what would break a row', () => {
    expect(printCsv(['a'], [[text('x, "y"\nz')]])).toBe('a\r\n"x, ""y""\nz"\r\n')
  })

  it('disarms text that a spreadsheet would run, and leaves negative numbers alone', () => {
    const cells = [text('=1+1'), text('+49'), text('-x'), text('@sum'), text('\ttab'), number(-5), number('-0.5')]
    expect(printCsv(['=h'], [cells])).toBe("'=h\r\n'=1+1,'+49,'-x,'@sum,'\ttab,-5,-0.5\r\n")
  })

  it('disarms a number column that holds no number', () => {
    expect(printCsv(['n'], [[number('=cmd()')]])).toBe("n\r\n'=cmd()\r\n")
  })
})

it('a table for the clipboard has one line for each row, whatever is in a cell', () => {
  expect(
    printTsv(
      ['a', 'b'],
      [
        [text('x\ty\nz'), number('1.5')],
        [text('=1'), number(null)],
      ],
    ),
  ).toBe("a\tb\nx y z\t1.5\n'=1\t")
})
