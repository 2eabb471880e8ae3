import { median } from '../figure.ts'
import type { Bench } from './analytics.ts'
import { lastDays, rangeOf } from './handWritten.ts'

const runs = 21
const warmUps = 4

type Question = { readonly name: string; readonly question: string; readonly goal: number }

const questions = (nowMs: number): readonly Question[] => [
  {
    name: 'one row: four numbers of half a year',
    question: `metrics(input: { ${rangeOf(lastDays(180, nowMs))} }) { totals { installs purchases revenue activeUsers } info { sql parameters } }`,
    goal: 1.3,
  },
  {
    name: '10,000 rows of nine fields',
    question: `metrics(input: { ${rangeOf(lastDays(180, nowMs))}, groupBy: [{ time: HOUR }, { dimension: COUNTRY }, { dimension: PLATFORM }], limit: 10000 }) {
      rows { time { start } country platform impressions clicks installs purchases revenue refunds } info { sql parameters } }`,
    goal: 2.5,
  },
]

/** Questions through the gateway, uncached, beside their own statement straight to ClickHouse. */
export async function benchGateway({ figures, asked, direct }: Bench): Promise<void> {
  for (const { name, question, goal } of questions(Date.now())) {
    const first = await asked(question)
    const through: number[] = []
    const straight: number[] = []
    for (let run = 0; run < runs + warmUps; run += 1) {
      const began = performance.now()
      await asked(question)
      const ms = performance.now() - began
      const took = await direct(first.info)
      if (run < warmUps) continue
      through.push(ms)
      straight.push(took.ms)
    }
    const ratios = through.map((ms, index) => ms / (straight[index] ?? Number.NaN))
    const rows = Math.max(first.rows.length, 1)
    figures.add({
      name: `through the gateway, ${name}, p50`,
      value: median(through),
      unit: `ms, ${rows.toLocaleString('en-US')} rows answered`,
      ratio: median(ratios),
      against: `the same SQL straight to ClickHouse by @clickhouse/client (${median(straight).toFixed(1)} ms); goal ${goal}`,
    })
  }
}
