import { BadQueryError } from '#ops/service/issues.ts'
import { issue } from '../compiler/issues.ts'

/** What a field answers that is part of the schema and not built yet. */
export function notAvailable(what: string, field: string): never {
  throw new BadQueryError([issue('NOT_AVAILABLE', [field], { what })])
}

/** The resolver of a field that nobody reaches, since the root field above it has answered already. */
export const unreached = (): never => {
  throw new Error('This field is below one that is not available yet.')
}
