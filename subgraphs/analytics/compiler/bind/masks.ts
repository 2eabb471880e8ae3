import { USER_HASH_MASK } from '#ops/security/userHash.ts'
import type { Issue } from '#ops/service/issues.ts'
import { issue } from '../issues.ts'

/** Names of fields that the asker sees as null. */
export type Masks = readonly string[]

/** Whether a number that is made of these fields is hidden. */
export const hidesAny = (masks: Masks, parts: readonly string[]): boolean => parts.some((name) => masks.includes(name))

/** A property is hidden with the field `property`, and by its own name. */
export const hidesProperty = (masks: Masks, name: string): boolean => hidesAny(masks, ['property', name])

/** Whether users stay unnamed: what lists them takes and shows ids as they are, so who is shown hashes elsewhere has none of it. */
export const hidesUsers = (masks: Masks): boolean => hidesAny(masks, ['userId', USER_HASH_MASK])

export const maskedIssue = (name: string, path: readonly (string | number)[]): Issue => issue('FIELD_MASKED', path, { name })
