const MAX_EMAIL_LENGTH = 254
const EMAIL = /^[^\s@"<>()[\]\\,;:]+@[^\s@"<>()[\]\\,;:.]+(\.[^\s@"<>()[\]\\,;:.]+)*$/

/** The one spelling of an address by which accounts are found: NFKC, lower case, no blanks around it. Null when it is no address. */
export function foldEmail(text: string): string | null {
  const folded = text.trim().normalize('NFKC').toLowerCase().normalize('NFKC')
  return folded.length <= MAX_EMAIL_LENGTH && EMAIL.test(folded) ? folded : null
}
