/**
 * The words of `known` nearest to `word`, best first, at most `limit` (default 1). Only words that a slip of the keys could have made: empty when
 * nothing is near. Case and `_` are not counted as differences.
 */
export function nearestWords(word: string, known: Iterable<string>, limit = 1): readonly string[] {
  const wanted = fold(word)
  const maxDistance = Math.max(1, Math.floor(wanted.length * 0.4))
  const scored: { readonly name: string; readonly distance: number }[] = []
  for (const name of known) {
    const candidate = fold(name)
    if (Math.abs(candidate.length - wanted.length) > maxDistance) continue
    const distance = editDistance(wanted, candidate)
    if (distance <= maxDistance) scored.push({ name, distance })
  }
  return scored
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name)
}

/** A longer word is cut before it is compared, so that the cost of a hostile one stays bounded. */
const MAX_WORD_LENGTH = 64

function fold(word: string): string {
  return word.slice(0, MAX_WORD_LENGTH).toLowerCase().replaceAll('_', '')
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substituted)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1) best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1)
      current.push(best)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
