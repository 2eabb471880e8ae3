import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { openTestClickHouse } from './testEvents.ts'

/** Reads statements with the server's own parser, thousands in a second, and runs none of them. */
export type StatementParser = {
  /** Those that the parser does not take, with what it says. */
  unreadable(statements: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

export async function openParser(): Promise<StatementParser> {
  const client = openTestClickHouse('migrate')
  // A temporary table lives as long as its session, and no other test sees it.
  const session_id = randomUUID()
  await client.command({ query: 'CREATE TEMPORARY TABLE statements (sql String)', session_id })
  const read = async (query: string) => rowsSchema.parse(await (await client.query({ query, format: 'JSONEachRow', session_id })).json())
  return {
    async unreadable(statements) {
      await client.command({ query: 'TRUNCATE TABLE statements', session_id })
      const values = statements.map((sql) => ({ sql }))
      await client.insert({ table: 'statements', values, format: 'JSONEachRow', session_id })
      const counted = await read('SELECT toString(count()) AS sql FROM statements')
      if (Number(counted[0]?.sql) !== statements.length) throw new Error('Every statement is to be parsed.')
      return (await read("SELECT sql FROM statements WHERE formatQueryOrNull(sql) IS NULL OR formatQueryOrNull(sql) NOT LIKE 'SELECT%'")).map(({ sql }) => sql)
    },
    close: () => client.close(),
  }
}

const rowsSchema = z.array(z.object({ sql: z.string() }))
