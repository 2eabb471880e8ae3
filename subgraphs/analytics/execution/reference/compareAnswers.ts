import type { Json, ReferenceAnswer } from './answer.ts'

/** null when the answers are the same cell by cell; else where they first differ. Rows that orderBy leaves equal may stand in either order. */
export function firstDifference(expected: ReferenceAnswer, actual: unknown): string | null {
  if (!isObject(actual)) return `the answer is ${JSON.stringify(actual)}`
  for (const [alias, root] of Object.entries(expected.data)) {
    const difference = compareRoot({ expected: root, allRows: expected.allRows[alias] ?? [], ties: expected.ties[alias] ?? [] }, actual[alias])
    if (difference !== null) return `${alias}${difference}`
  }
  return null
}

type ExpectedRoot = { readonly expected: Json; readonly allRows: readonly Json[]; readonly ties: readonly number[] }

function compareRoot({ expected, allRows, ties }: ExpectedRoot, actual: unknown): string | null {
  if (!isObject(expected) || !isObject(actual)) return ` is ${JSON.stringify(actual)}`
  const { rows: expectedRows, ...expectedRest } = expected
  const { rows: actualRows, ...actualRest } = actual
  const rest = compare(expectedRest, actualRest, '')
  if (rest !== null) return rest
  if (expectedRows === undefined) return null
  const inOrder = compare(expectedRows, actualRows, '.rows')
  if (inOrder === null) return null
  if (!Array.isArray(actualRows) || !Array.isArray(expectedRows) || actualRows.length !== expectedRows.length) return inOrder
  const left = allRows.map((row, i) => ({ row, tie: ties[i] }))
  for (const [i, row] of actualRows.entries()) {
    const found = left.findIndex((candidate) => candidate.tie === ties[i] && compare(candidate.row, row, '') === null)
    if (found === -1) return inOrder
    left.splice(found, 1)
  }
  return null
}

/** Where two values differ; amounts are compared as numbers of six places and ratios to twelve. */
function compare(expected: unknown, actual: unknown, path: string): string | null {
  if (isList(expected) && isList(actual)) {
    if (expected.length !== actual.length) return `${path} has ${actual.length} items instead of ${expected.length}`
    return first(expected.map((each, i) => () => compare(each, actual[i], `${path}[${i}]`)))
  }
  if (isObject(expected) && isObject(actual)) {
    return first([...new Set([...Object.keys(expected), ...Object.keys(actual)])].map((key) => () => compare(expected[key], actual[key], `${path}.${key}`)))
  }
  if (typeof expected === 'string' && expected.startsWith(ABOUT)) return compareAbout(Number(expected.slice(1)), actual, path)
  const isSame =
    typeof expected === 'number' && typeof actual === 'number'
      ? Math.abs(expected - actual) <= RATIO_TOLERANCE * Math.max(1, Math.abs(expected))
      : canonical(expected) === canonical(actual)
  return isSame ? null : `${path} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
}

const RATIO_TOLERANCE = 1e-12
/** Begins an amount that was computed with doubles: it may differ in its last place, and in the twelfth of its digits. */
const ABOUT = '~'
const ABOUT_TOLERANCE = { amount: 1.5e-6, part: 1e-11 }

function compareAbout(expected: number, actual: unknown, path: string): string | null {
  const difference = typeof actual === 'string' && /^-?\d+(\.\d+)?$/.test(actual) ? Math.abs(Number(actual) - expected) : Infinity
  return difference <= ABOUT_TOLERANCE.amount + ABOUT_TOLERANCE.part * Math.abs(expected)
    ? null
    : `${path} is ${JSON.stringify(actual)} instead of about ${expected}`
}

/** '5.500000' and '5.5' are one amount. */
const canonical = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '').replace(/^-0$/, '0') : value

function first(comparisons: readonly (() => string | null)[]): string | null {
  for (const compareNext of comparisons) {
    const difference = compareNext()
    if (difference !== null) return difference
  }
  return null
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
