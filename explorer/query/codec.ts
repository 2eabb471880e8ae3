import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router'

/** The parameters of an address, by name. A parameter that comes several times is a list. */
export type Parameters = LocationQuery

/**
 * How one question is written into the address: `write` leaves out what is the default, `read` falls back to the default for what is missing or
 * makes no sense, and reading what was written gives the same question.
 */
export type Codec<Question> = { readonly read: (parameters: Parameters) => Question; readonly write: (question: Question) => LocationQueryRaw }

/** The question in the address of this page. Setting it replaces the address, and with it the answer. */
export function useQuestion<Question>(codec: Codec<Question>): WritableComputedRef<Question> {
  const route = useRoute()
  const router = useRouter()
  return computed<Question>({
    get: () => codec.read(route.query),
    set: (next) => void router.replace({ query: codec.write(next) }),
  })
}

/** The text of a parameter; the first one when it comes several times; null when it is missing. */
export function textOf(parameters: Parameters, name: string): string | null {
  const value = parameters[name]
  const first = Array.isArray(value) ? value[0] : value
  return first === undefined || first === null || first === '' ? null : first
}

/** All texts of a parameter that may come several times. */
export function textsOf(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name]
  const all = Array.isArray(value) ? value : [value]
  return all.filter((each) => typeof each === 'string').filter((each) => each !== '')
}

/** One of the words, case ignored; the fallback for anything else. */
export function wordOf<Word extends string, Fallback>(text: string | null, words: readonly Word[], fallback: Fallback): Word | Fallback {
  const wanted = text?.toLowerCase()
  return words.find((each) => each.toLowerCase() === wanted) ?? fallback
}

/** A whole number within the bounds; the fallback for anything else. */
export function integerOf(text: string | null, bounds: { readonly min: number; readonly max: number }, fallback: number): number {
  if (text === null || !/^\d{1,9}$/.test(text)) return fallback
  const value = Number(text)
  return value >= bounds.min && value <= bounds.max ? value : fallback
}

/** Parts of one parameter, separated by commas that the parts themselves do not hold. */
export const printList = (parts: readonly string[]): string => parts.map(escapePart).join(',')

export const readList = (text: string): readonly string[] => text.split(',').map(unescapePart)

/** Commas, dots and the sign of escaping itself; the router escapes the rest. */
export const escapePart = (part: string): string => part.replaceAll(/[~,.]/g, (character) => `~${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

export const unescapePart = (text: string): string => text.replaceAll(/~([0-9a-f]{2})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
