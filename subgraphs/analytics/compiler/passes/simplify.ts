import type { Condition } from '../../model/condition.ts'

const simplified = new WeakMap<Condition, Condition>()

/**
 * The same condition with nothing in it that is always or never true, nothing nested that can be flat, and nothing twice. Remembered: most of what
 * measures ask of rows are conditions of the model, always the same ones, and each pass asks again of what the one before has left.
 */
export function simplify(condition: Condition): Condition {
  const known = simplified.get(condition)
  if (known !== undefined) return known
  const simple = simplifyOnce(condition)
  simplified.set(condition, simple)
  return simple
}

function simplifyOnce(condition: Condition): Condition {
  switch (condition.kind) {
    case 'all':
      return simplifyAll(flatten('all', condition.of))
    case 'any':
      return simplifyAny(flatten('any', condition.of))
    case 'not':
      return simplifyNot(simplify(condition.of))
    case 'oneOf':
      return condition.values.length === 0 ? { kind: 'never' } : condition
    default:
      return condition
  }
}

function simplifyAll(parts: readonly Condition[]): Condition {
  if (parts.some((part) => part.kind === 'never')) return { kind: 'never' }
  const left = withoutKnown(distinct(parts.filter((part) => part.kind !== 'always')))
  return left.length === 0 ? { kind: 'always' } : left.length === 1 && left[0] ? left[0] : { kind: 'all', of: left }
}

function simplifyAny(parts: readonly Condition[]): Condition {
  if (parts.some((part) => part.kind === 'always')) return { kind: 'always' }
  const left = withoutCovered(distinct(mergeLists(parts.filter((part) => part.kind !== 'never'))))
  return left.length === 0 ? { kind: 'never' } : left.length === 1 && left[0] ? left[0] : { kind: 'any', of: left }
}

function simplifyNot(part: Condition): Condition {
  if (part.kind === 'always') return { kind: 'never' }
  if (part.kind === 'never') return { kind: 'always' }
  return part.kind === 'not' ? part.of : { kind: 'not', of: part }
}

/** What holds besides of a row of which `known` holds. */
export function given(condition: Condition, known: Condition): Condition {
  const facts = new Set(conjunctsOf(simplify(known)).map(textOf))
  return simplify({ kind: 'all', of: conjunctsOf(simplify(condition)).filter((part) => !facts.has(textOf(part))) })
}

/** Alternatives need not ask again what is asked beside them; one that asks nothing else makes them all needless. */
function withoutKnown(parts: readonly Condition[]): readonly Condition[] {
  const facts = new Set(parts.filter((part) => part.kind !== 'any').map(textOf))
  return parts.flatMap((part) => {
    if (part.kind !== 'any' || !part.of.some((each) => conjunctsOf(each).some((fact) => facts.has(textOf(fact))))) return [part]
    const left = simplify({
      kind: 'any',
      of: part.of.map((each): Condition => ({ kind: 'all', of: conjunctsOf(each).filter((fact) => !facts.has(textOf(fact))) })),
    })
    return left.kind === 'always' ? [] : [left]
  })
}

/** An alternative that asks all that another asks, and more, adds no row; of those that ask the same in another order the first stays. */
function withoutCovered(parts: readonly Condition[]): readonly Condition[] {
  const asked = parts.map((part) => new Set(conjunctsOf(part).map(textOf)))
  return parts.filter((_, i) => {
    const own = asked[i] ?? new Set<string>()
    return !asked.some((other, at) => at !== i && [...other].every((each) => own.has(each)) && (other.size < own.size || at < i))
  })
}

const conjunctsOf = (condition: Condition): readonly Condition[] => (condition.kind === 'all' ? condition.of : [condition])
const texts = new WeakMap<object, string>()

/** What the condition says, by which it is the same as another. */
export function textOf(condition: Condition): string {
  const known = texts.get(condition)
  if (known !== undefined) return known
  const text = JSON.stringify(condition)
  texts.set(condition, text)
  return text
}

/** One of a, or one of b, is one of both: a single list is what a sorted column can be searched for. */
function mergeLists(parts: readonly Condition[]): readonly Condition[] {
  const merged: Condition[] = []
  for (const part of parts) {
    const i = part.kind !== 'oneOf' ? -1 : merged.findIndex((other) => other.kind === 'oneOf' && isEqual(other.operand, part.operand))
    const other = merged[i]
    if (part.kind === 'oneOf' && other?.kind === 'oneOf') merged[i] = { ...other, values: [...new Set([...other.values, ...part.values])] }
    else merged.push(part)
  }
  return merged
}

function flatten(kind: 'all' | 'any', parts: readonly Condition[]): readonly Condition[] {
  return parts.flatMap((part) => {
    const simple = simplify(part)
    return simple.kind === kind ? simple.of : [simple]
  })
}

function distinct(parts: readonly Condition[]): readonly Condition[] {
  const seen = new Set<string>()
  return parts.filter((part) => {
    const text = textOf(part)
    return !seen.has(text) && seen.add(text)
  })
}

const isEqual = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b)
