import { dayOf, sameTime, tracedIn } from '../prepared/trace.ts'
import { unreachable } from '../unreachable.ts'
import { INSTANT, instantText, type ParamType, type ParamValue, type SqlExpression, type SqlSelect, type SqlSource } from './ast.ts'

export type SqlParameter = { readonly name: string; readonly type: ParamType; readonly value: ParamValue }
export type PrintedSql = { readonly sql: string; readonly parameters: readonly SqlParameter[] }

/** Writes the statement down; decides nothing. The same value of the same type is one parameter; they are numbered from `firstParameter` on. */
export function print(root: SqlSelect, { firstParameter = 1 }: { readonly firstParameter?: number } = {}): PrintedSql {
  const printer = new Printer(firstParameter)
  const sql = printer.select(root)
  return { sql, parameters: printer.parameters }
}

class Printer {
  readonly parameters: SqlParameter[] = []
  readonly #names = new Map<string, { readonly name: string; readonly value: ParamValue }>()
  readonly #first: number
  /** Begins a line at the depth of the select that is being written, so that no text is indented once it is written. */
  #newline = '\n'

  constructor(firstParameter: number) {
    this.#first = firstParameter
  }

  select(node: SqlSelect): string {
    const lines = [
      ...node.comments.map((comment) => `-- ${printable(comment)}`),
      'SELECT',
      ...node.columns.map(
        ({ expression, as }, i) => `  ${this.expression(expression)}${as === null ? '' : ` AS ${as}`}${i === node.columns.length - 1 ? '' : ','}`,
      ),
      `FROM ${this.source(node.from)}`,
    ]
    if (node.unfolds !== undefined) lines.push(`ARRAY JOIN ${node.unfolds.map(({ expression, as }) => `${this.expression(expression)} AS ${as}`).join(', ')}`)
    if (node.where.length > 0) lines.push(`WHERE ${this.#lines(node.where, ' AND')}`)
    if (node.groupBy.length > 0) {
      const [keys, also] = [node.groupBy, node.alsoBy ?? []].map((each) => this.#list(each))
      lines.push(node.alsoBy === undefined ? `GROUP BY ${keys}${node.withTotals ? ' WITH TOTALS' : ''}` : `GROUP BY GROUPING SETS ((${keys}), (${also}))`)
    }
    if (node.having.length > 0) lines.push(`HAVING ${this.#lines(node.having, ' AND')}`)
    if (node.orderBy.length > 0) lines.push(this.#ordered(node.orderBy))
    if (node.limit !== null) lines.push(`LIMIT ${node.limit}${node.limitBy === undefined ? '' : ` BY ${this.#list(node.limitBy)}`}`)
    return lines.join(this.#newline)
  }

  #list(expressions: readonly SqlExpression[]): string {
    return expressions.map((each) => this.expression(each)).join(', ')
  }

  /** Selects a step deeper, in brackets. */
  #nested(selects: readonly SqlSelect[]): string {
    const outer = this.#newline
    const inner = `${outer}  `
    this.#newline = inner
    const texts = selects.map((each) => this.select(each))
    this.#newline = outer
    return `(${inner}${texts.join(`${inner}UNION ALL${inner}`)}${outer})`
  }

  source(source: SqlSource): string {
    switch (source.kind) {
      case 'table':
        return `\`${source.table}\``
      case 'select':
        return `${this.#nested([source.select])}${source.as === null ? '' : ` AS ${source.as}`}`
      case 'union':
        return this.#nested(source.selects)
      case 'join':
        return [
          this.source(source.left),
          `${source.keepsLeft === true ? 'LEFT' : 'INNER'} JOIN ${this.source(source.right)}`,
          `ON ${this.expression(source.on)}`,
        ].join(this.#newline)
      default:
        return unreachable(source)
    }
  }

  expression(node: SqlExpression): string {
    switch (node.kind) {
      case 'column':
        return `${node.of === null ? '' : `${node.of}.`}\`${node.column}\``
      case 'name':
        return `${node.of === null ? '' : `${node.of}.`}${node.name}`
      case 'param':
        return `{${this.#parameter(node.type, node.value)}:${node.type}}`
      case 'whole':
        return String(node.value)
      case 'null':
        return 'NULL'
      case 'lambda':
        return `(${node.parameters.join(', ')}) -> ${this.expression(node.body)}`
      case 'call':
        return `${node.name}(${this.#list(node.args)})`
      case 'binary':
        return `${this.#operand(node.left)} ${node.operator} ${this.#operand(node.right)}`
      case 'every':
        return this.#joined(node.of, { word: 'AND', empty: '1' })
      case 'some':
        return this.#joined(node.of, { word: 'OR', empty: '0' })
      case 'negated':
        return `NOT ${this.#operand(node.of)}`
      case 'mapValue':
        return `${this.expression(node.map)}[${this.expression(node.key)}]`
      case 'inSelect':
        return `${this.#operand(node.value)} IN ${this.#nested([node.select])}`
      case 'over': {
        const partition = node.partitionBy.length === 0 ? [] : [`PARTITION BY ${this.#list(node.partitionBy)}`]
        const order = node.orderBy.length === 0 ? [] : [this.#ordered(node.orderBy)]
        return `${this.expression(node.call)} OVER (${[...partition, ...order].join(' ')})`
      }
      default:
        return unreachable(node)
    }
  }

  #operand(node: SqlExpression): string {
    const isSimple =
      node.kind === 'column' ||
      node.kind === 'name' ||
      node.kind === 'param' ||
      node.kind === 'whole' ||
      node.kind === 'call' ||
      node.kind === 'mapValue' ||
      node.kind === 'null'
    return isSimple ? this.expression(node) : `(${this.expression(node)})`
  }

  #ordered(orderBy: SqlSelect['orderBy']): string {
    return `ORDER BY ${orderBy.map((each) => `${this.expression(each.expression)} ${each.direction}${each.nullsLast ? ' NULLS LAST' : ''}`).join(', ')}`
  }

  #joined(parts: readonly SqlExpression[], { word, empty }: { readonly word: string; readonly empty: string }): string {
    return parts.length === 0 ? empty : parts.map((each) => this.#operand(each)).join(` ${word} `)
  }

  #lines(parts: readonly SqlExpression[], word: string): string {
    return parts.map((each) => (each.kind === 'binary' ? this.expression(each) : this.#operand(each))).join(`${word}${this.#newline}  `)
  }

  #parameter(type: ParamType, value: ParamValue): string {
    // A type has no line break in it, and a list is told from a text by its type.
    const traced = tracedIn(value)
    const key = `${type}\n${traced !== null ? (type === INSTANT ? instantText : dayOf)(traced.trace.valueOf(traced)) : typeof value === 'object' ? JSON.stringify(value) : value}`
    const known = this.#names.get(key)
    if (known !== undefined) {
      if (type === INSTANT || type === 'Date') sameTime(value, known.value)
      return known.name
    }
    const name = `p${this.parameters.length + this.#first}`
    this.#names.set(key, { name, value })
    this.parameters.push({ name, type, value })
    return name
  }
}

/** A comment ends with its line, so nothing in it may begin another. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')
