import { limits } from '../model/limits.ts'

/** Far more than a question can name are no longer looked for: they are too many, and not unknown. */
const MAX_NAMED = 10 * limits.segments

/** The ids of the segments that the arguments of a question name anywhere, each once: what has to be known before it is bound. */
export function namedSegments(input: object): readonly string[] {
  const ids = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Date || ids.size >= MAX_NAMED) return
    for (const [member, below] of Object.entries(value)) {
      if (member === 'segment' && typeof below === 'string') ids.add(below)
      else look(below)
    }
  }
  look(input)
  return [...ids]
}
