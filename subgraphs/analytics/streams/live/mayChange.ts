import type { RowsSummary } from '#db/analytics/rowsSummary.ts'
import type { AnalyticsPlan, ScanEvents } from '../../compiler/plan/nodes.ts'
import type { Condition } from '../../model/condition.ts'

/**
 * What tells of new rows whether the plan's answer may be another with them: null where it reads more of a user than its scans ask for, as for a
 * segment. It never says no where the answer changes; times, properties and users are not looked at.
 */
export function mayChange(plan: AnalyticsPlan): ((rows: RowsSummary) => boolean) | null {
  const scans = scansOf(plan)
  return scans === null ? null : (rows) => scans.some(({ condition, rowFilter }) => mayMeet(condition, rows) && mayMeet(rowFilter, rows))
}

/** All scans of events below a node, whichever node it is; null when a segment is named. */
function scansOf(node: unknown): readonly ScanEvents[] | null {
  if (typeof node !== 'object' || node === null) return []
  if ('segment' in node) return null
  const found: ScanEvents[] = isScan(node) ? [node] : []
  for (const below of Object.values(node)) {
    const scans = scansOf(below)
    if (scans === null) return null
    found.push(...scans)
  }
  return found
}

const isScan = (node: object): node is ScanEvents => 'kind' in node && node.kind === 'ScanEvents'

/** Whether any of the rows may meet the condition. */
function mayMeet(condition: Condition, rows: RowsSummary): boolean {
  switch (condition.kind) {
    case 'never':
      return false
    case 'all':
      return condition.of.every((each) => mayMeet(each, rows))
    case 'any':
      return condition.of.some((each) => mayMeet(each, rows))
    case 'not':
      return mayMiss(condition.of, rows)
    default:
      return mayBe(condition, rows, true)
  }
}

/** Whether any of the rows may not meet it. */
function mayMiss(condition: Condition, rows: RowsSummary): boolean {
  switch (condition.kind) {
    case 'always':
      return false
    case 'all':
      return condition.of.some((each) => mayMiss(each, rows))
    case 'any':
      return condition.of.every((each) => mayMiss(each, rows))
    case 'not':
      return mayMeet(condition.of, rows)
    default:
      return mayBe(condition, rows, false)
  }
}

/** Whether the condition, which is of one value alone, may be so of any of the rows. */
function mayBe(condition: Condition, rows: RowsSummary, is: boolean): boolean {
  switch (condition.kind) {
    case 'oneOf':
      return someValue(condition.operand, rows, (value) => condition.values.includes(value) === is)
    case 'contains':
      return someValue(condition.operand, rows, (value) => value.includes(condition.value) === is)
    case 'startsWith':
      return someValue(condition.operand, rows, (value) => value.startsWith(condition.value) === is)
    case 'touch':
      return rows.touches.some((touch) => (touch === condition.is) === is)
    default:
      return true
  }
}

type TextOperand = (Condition & { kind: 'oneOf' })['operand']

function someValue(operand: TextOperand, rows: RowsSummary, holds: (value: string) => boolean): boolean {
  const values = operand.kind === 'column' ? rows.values[operand.column] : undefined
  return values === undefined || values.some(holds)
}
