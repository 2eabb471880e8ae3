import { CATALOG } from '#db/clickhouse/catalog.ts'
import type { SqlExpression, SqlSelect, SqlSource } from '../compiler/sql/ast.ts'
import type { SqlParameter } from '../compiler/sql/print.ts'
import { expressionsOf, partsOf } from '../compiler/sql/walk.ts'

/** A statement that must not run. It is a bug of ours, never the caller's mistake. */
export class UnsafeStatement extends Error {
  constructor(reason: string) {
    super(`The statement must not run: ${reason}.`)
    this.name = 'UnsafeStatement'
  }
}

/**
 * Checks the finished select: it reads catalogued tables and columns only, and every scan asks for the tenant's rows and no others. The
 * compiler cannot build anything else; this stands behind it. Throws UnsafeStatement.
 */
export function checkSelect(select: SqlSelect, { tenantId }: { readonly tenantId: string }): void {
  for (const expression of expressionsOf(select)) checkExpression(expression, { tenantId })
  if (select.from.kind === 'table') checkScan(select, { table: select.from.table, tenantId })
  else checkSource(select.from, { tenantId })
}

function checkSource(source: SqlSource, options: { readonly tenantId: string }): void {
  switch (source.kind) {
    case 'select':
      return checkSelect(source.select, options)
    case 'union':
      for (const each of source.selects) checkSelect(each, options)
      return
    case 'join':
      checkExpression(source.on, options)
      checkSelect(source.left.select, options)
      return checkSelect(source.right.select, options)
    case 'table':
      throw new UnsafeStatement('a table is read outside of a scan')
  }
}

/** A select may stand within any expression, and is checked like any other. */
function checkExpression(expression: SqlExpression, options: { readonly tenantId: string }): void {
  if (expression.kind === 'inSelect') checkSelect(expression.select, options)
  for (const each of partsOf(expression)) checkExpression(each, options)
}

function checkScan(select: SqlSelect, { table, tenantId }: { readonly table: string; readonly tenantId: string }): void {
  if (!Object.hasOwn(CATALOG, table)) throw new UnsafeStatement(`the table ${table} is not in the catalogue`)
  // wall: check-select
  if (!select.where.some((condition) => isTenantCondition(condition, tenantId))) throw new UnsafeStatement(`a scan of ${table} does not ask for the tenant`)
}

function isTenantCondition(condition: SqlExpression, tenantId: string): boolean {
  if (condition.kind !== 'binary' || condition.operator !== '=') return false
  const { left, right } = condition
  return (
    left.kind === 'column' && left.column === 'tenant_id' && left.of === null && right.kind === 'param' && right.type === 'UUID' && right.value === tenantId
  )
}

/**
 * Checks the printed text, without trust in how it was made: one statement, no SETTINGS, FORMAT or INTO clause, no table but catalogued ones,
 * and as many tenant conditions as scans, each with a parameter that holds the tenant. Throws UnsafeStatement.
 */
export function checkText(sql: string, parameters: readonly SqlParameter[], { tenantId }: { readonly tenantId: string }): void {
  const text = withoutComments(sql)
  const bare = withoutParameters(text)
  if (/['"\\;]|--|\/\*|#/.test(bare)) throw new UnsafeStatement('it has a literal text, a hidden comment or a second statement')
  const forbidden = /\b(SETTINGS|FORMAT|INTO|UNION(?!\s+ALL\s+(?:--[^\n]*\s+)*SELECT\b)|INSERT|ALTER|DROP|SYSTEM|KILL|GRANT|ATTACH|WITH(?!\s+TOTALS))\b/i.exec(
    bare,
  )
  if (forbidden) throw new UnsafeStatement(`it has the word ${forbidden[0]}`)
  // What follows ARRAY JOIN are expressions.
  const sources = [...text.matchAll(/\b(?:FROM|(?<!\bARRAY\s)JOIN)\s+(\S+)/gi)].map((match) => match[1] ?? '')
  // A select without a source is not of our making: it could add rows to a union.
  if ([...bare.matchAll(/\bSELECT\b/gi)].length !== [...bare.matchAll(/\bFROM\b/gi)].length) throw new UnsafeStatement('a select has no source')
  const tables = sources.filter((source) => !source.startsWith('('))
  for (const table of tables) {
    const name = /^`([a-z_]+)`$/.exec(table)?.[1] ?? ''
    if (!Object.hasOwn(CATALOG, name)) throw new UnsafeStatement(`it reads ${table.slice(0, 60)}, which is not in the catalogue`)
  }
  const asked = [...text.matchAll(/FROM `[a-z_]+`\s+WHERE `tenant_id` = \{(p\d+):UUID\}(?= AND|\s*$|\s*\n\s*(?:GROUP|ORDER|LIMIT|UNION|\)))/g)]
  // wall: check-text
  if (asked.length !== tables.length || tables.length === 0) throw new UnsafeStatement('a scan does not ask for the tenant')
  for (const [, name] of asked) {
    if (parameters.find((parameter) => parameter.name === name)?.value !== tenantId) throw new UnsafeStatement('a scan asks for another tenant')
  }
}

const withoutComments = (sql: string): string => sql.replaceAll(/^\s*--[^\n]*$/gm, '')
/** Types of parameters hold words of their own, and a quoted zone. */
const withoutParameters = (sql: string): string => sql.replaceAll(/\{p\d+:[^}]*\}/g, '?')
