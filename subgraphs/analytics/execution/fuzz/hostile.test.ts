import * as fc from 'fast-check'
import type { ExecutionResult } from 'graphql'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { openParser } from '#db/testing/statementParser.ts'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { CATALOG_TABLES } from '#db/clickhouse/catalog.ts'
import { readersDatabase } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import type { CompiledStatement } from '../../compiler/compile.ts'
import { schema } from '../../schema.ts'
import { checkSelect, checkText, UnsafeStatement } from '../checkStatement.ts'
import { send } from '../runQuery.ts'
import { askAnalytics, type Question } from '../testing/askAnalytics.ts'
import { segmentsOf } from '../testing/segmentsOf.ts'
import { anyAsked, eachHostile, ECHOED, hostileAsked, LOOKED_UP, PARAMETERS, REFUSED, SEALED, type HostileAsked } from './hostileQuestions.ts'
import { MARK } from './hostileTexts.ts'
import { analyses, textPositions } from './textPlaces.ts'

const runs = inject('hostileRuns') ?? 800
const seed = inject('fuzzSeed') ?? Math.floor(Math.random() * 2 ** 31)
const MS_PER_RUN = 60
const REST_MS = 60_000
/** Statements are parsed in lots, so that a long run does not hold them all at once. */
const QUESTIONS_AT_ONCE = 1_000
const SAMPLE = 40
const OTHER_TENANT = '00000000-0000-4000-8000-0000000000ff'

const positions = [...PARAMETERS, ...LOOKED_UP, ...ECHOED, ...REFUSED, ...SEALED]
const reader = openTestClickHouse('analytics')
afterAll(() => reader.close())

describe('texts of a caller', () => {
  it('have a way of their own in every position that the schema has, and a new one needs one', () => {
    expect(positions.toSorted()).toEqual([...textPositions(schema, analyses(schema))].toSorted())
    expect(new Set(positions).size).toBe(positions.length)
  })

  it(
    `are parameters or issues in ${runs} questions, of which the statements are read by the server’s parser and ask for one tenant`,
    { timeout: runs * MS_PER_RUN + REST_MS },
    async () => {
      process.stdout.write(`hostile: ${runs} runs, seed ${seed}; for the same again set UNMOGROWP_FUZZ_SEED=${seed}\n`)
      const parser = await openParser()
      let compiled = 0
      for (let done = 0; done < runs; done += QUESTIONS_AT_ONCE) {
        const texts = new Set<string>()
        const property = fc.asyncProperty(hostileAsked, async (hostile) => {
          const { statements } = await checkQuestion(hostile)
          for (const { sql } of statements) texts.add(sql)
          compiled += statements.length
        })
        await fc.assert(property, { seed: seed + done, numRuns: Math.min(QUESTIONS_AT_ONCE, runs - done) })
        expect(await parser.unreadable([...texts])).toEqual([])
      }
      await parser.close()
      // Else the questions are all refused, and this shows nothing.
      expect(compiled).toBeGreaterThan(runs / 3)
    },
  )

  it('alone in each position are sent as a parameter, or are an issue of that place, or no value at all', { timeout: 120_000 }, async () => {
    const left = new Set(positions)
    for (let lot = 0; left.size > 0; lot++) {
      for (const asked of fc.sample(anyAsked, { seed: seed + lot, numRuns: 50 })) {
        for (const hostile of eachHostile(asked, `{p1:String}'${MARK}`, left)) {
          const { position } = hostile
          const { statements, hasIssue } = await checkQuestion(hostile)
          if (PARAMETERS.includes(position) && !isSent(statements)) continue
          left.delete(position)
          if (LOOKED_UP.includes(position)) expect(hasIssue).toBe(true)
        }
      }
    }
  })

  it(`come to the server as they are: ${SAMPLE} questions are explained, and the server sees no other tables`, { timeout: 120_000 }, async () => {
    const { tenantSecret, clickhouse } = readConfig.owner()
    const { budgets } = readConfig.analytics()
    const tables = CATALOG_TABLES.map((table) => `${readersDatabase(clickhouse.database)}.${table}`)
    const asReader = { clickhouse: reader, tenantSecret, budgets: budgets.query }
    const property = fc.asyncProperty(hostileAsked, async (hostile) => {
      const { statements } = await checkQuestion(hostile)
      fc.pre(statements.length > 0)
      const { errors = [] } = await askAnalytics(questionOf(hostile, { explains: true }))
      for (const error of errors) expect(error.originalError).toBeInstanceOf(BadQueryError)
      const [statement] = statements
      if (statement === undefined) return
      const { rows } = await send(asReader, { ...statement, prefix: 'EXPLAIN QUERY TREE ' }, { tenantId: hostile.request.tenantId })
      const read = rows.flatMap(([line]) => /\bTABLE id: \d+.*\btable_name: (\S+)/.exec(String(line))?.[1] ?? [])
      expect(read.length).toBeGreaterThan(0)
      expect(read.filter((table) => !tables.includes(table))).toEqual([])
    })
    await fc.assert(property, { seed, numRuns: SAMPLE })
  })
})

const isSent = (statements: readonly CompiledStatement[]): boolean =>
  statements.some(({ parameters }) => parameters.some(({ value }) => [value].flat().some((each) => String(each).includes(MARK))))

/** Compiles the question through the whole schema without running it, and gives back the finished statements. */
async function checkQuestion(hostile: HostileAsked): Promise<{ readonly statements: readonly CompiledStatement[]; readonly hasIssue: boolean }> {
  const { tenantId } = hostile.request
  const statements: CompiledStatement[] = []
  const question = questionOf(hostile, { explains: false })
  const result = await askAnalytics({
    ...question,
    onCompiled: (compiled) => {
      statements.push(compiled, ...(compiled.journeys === null ? [] : [compiled.journeys]))
      throw new NotRun()
    },
  })
  checkErrors(result)
  if (hostile.hostile.some(({ position }) => REFUSED.includes(position))) expect(result.data).toBeUndefined()
  for (const statement of statements) checkStatement(statement, tenantId)
  return { statements, hasIssue: result.errors?.some(({ originalError }) => originalError instanceof BadQueryError) ?? false }
}

/** What is wrong with a question is told as issues, or as values that are none of their types; the rest was stopped before it ran. */
function checkErrors({ data, errors = [] }: ExecutionResult): void {
  expect(errors.length).toBeGreaterThan(0)
  for (const { message, originalError, extensions } of errors) {
    if (data === undefined) expect(message).toMatch(/^Variable "\$\w+" got invalid value /)
    else if (originalError instanceof BadQueryError) expect(extensions['code']).toBe('BAD_QUERY')
    else if (extensions['code'] !== 'BAD_CURSOR') expect(originalError).toBeInstanceOf(NotRun)
  }
}

function checkStatement({ select, sql, parameters }: CompiledStatement, tenantId: string): void {
  checkSelect(select, { tenantId })
  checkText(sql, parameters, { tenantId })
  expect(() => checkSelect(select, { tenantId: OTHER_TENANT })).toThrow(UnsafeStatement)
  expect(() => checkText(sql, parameters, { tenantId: OTHER_TENANT })).toThrow(UnsafeStatement)
  // A comment ends with its line, and nothing of a caller's ends a line.
  expect(/[^\n\x20-\x7e]/.exec(sql)).toBeNull()
  const withoutComments = sql.split('\n').filter((line) => !line.trimStart().startsWith('-- '))
  expect(withoutComments.filter((line) => line.includes(MARK) || line.includes('--'))).toEqual([])
}

class NotRun extends Error {
  constructor() {
    super('The question is compiled and not run.')
    this.name = 'NotRun'
  }
}

function questionOf({ request, segments }: HostileAsked, { explains }: { explains: boolean }): Question {
  const { query, variables, tenantId, now } = request
  return { query, variables: explains ? explained(variables) : variables, tenantId, now: new Date(now), segments: segmentsOf(segments), scopes: SCOPES }
}

const SCOPES = ['analytics:read', 'explain', 'identifiers:read'] as const

/** Every input of an analysis has a range, and may be explained; a segment's size is explained by its argument. */
const explained = (variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && 'range' in value ? { ...value, explain: true } : value,
    ]),
  )
