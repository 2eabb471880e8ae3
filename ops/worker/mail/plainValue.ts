const MAX_LENGTH = 200
// Marks that turn the direction of what follows them; they have no place in a name and can make a text read otherwise than it is.
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const BREAKS = /[\s\p{Cc}\u2028\u2029]+/gu
const WORD_JOINER = '\u2060'

/** Sentences of ours, which may name several things; a code stands at their end. */
export const MAX_SENTENCES_LENGTH = 2_000

/** A value on one line that cannot change what is around it. */
export function plainValue(text: string, maxLength = MAX_LENGTH): string {
  return text.toWellFormed().replaceAll(DIRECTION_MARKS, '').replaceAll(BREAKS, ' ').trim().slice(0, maxLength).toWellFormed()
}

/**
 * Words that somebody else chose, in a mail of ours to whomever they like: an invisible joiner keeps mail programs from making a link of what looks
 * like one.
 */
export function foreignWords(text: string, maxLength = MAX_LENGTH): string {
  return plainValue(text, maxLength).replaceAll(/(?<=\S)[.:/@](?=\S)/gu, (sign) => `${WORD_JOINER}${sign}${WORD_JOINER}`)
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
