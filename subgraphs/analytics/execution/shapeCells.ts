import type { CohortsLayout } from '../compiler/layout.ts'
import { toMillionths } from './decimals.ts'

/** The numbers of those members of a cohort that are observed through the same number of periods. */
export type Cell = {
  readonly period: number
  readonly mature: number
  readonly members: number
  readonly users: number
  readonly payers: number
  readonly purchases: number
  readonly revenue: bigint
  readonly events: ReadonlyMap<string | null, number>
}

/** Reads the array of cells of a row; a number that was not asked for is 0. */
export function readCells(value: unknown, layout: CohortsLayout): readonly Cell[] {
  if (!Array.isArray(value)) throw new Error('The cells of a cohort are an array.')
  const at = new Map(layout.columns.map((name, i) => [name, CELL_HEAD + i]))
  const position = (name: string | null): number => (name === null ? -1 : (at.get(name) ?? -1))
  const positions = { users: position(layout.users), payers: position(layout.payers), purchases: position(layout.purchases), revenue: position(layout.revenue) }
  const events = [...layout.eventCounts].map(([name, column]) => [name, position(column)] as const)
  return value.map((cell: unknown): Cell => {
    if (!Array.isArray(cell)) throw new Error('A cell is an array.')
    const count = (i: number): number => (i < 0 ? 0 : whole(cell[i]))
    return {
      period: whole(cell[0]),
      mature: whole(cell[1]),
      members: whole(cell[2]),
      users: count(positions.users),
      payers: count(positions.payers),
      purchases: count(positions.purchases),
      revenue: positions.revenue < 0 ? 0n : toMillionths(cell[positions.revenue]),
      events: new Map(events.map(([name, i]) => [name, count(i)])),
    }
  })
}

/** Period, mature periods and members come before the numbers asked for. */
const CELL_HEAD = 3

function whole(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return number
}
