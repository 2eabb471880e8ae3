import { dicewareWords } from './passwordStrength.ts'

export type PasswordStyle = 'STANDARD' | 'USER_FRIENDLY' | 'MEMORABLE'
export const PASSWORD_STYLES: readonly PasswordStyle[] = ['STANDARD', 'USER_FRIENDLY', 'MEMORABLE']

const CLASSES = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '!#$%&*+-=?@^_~'] as const
const STANDARD_LENGTH = 20
/** Without 0 and o, 1, l and i, which look alike in many typefaces. */
const CLEAR = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_LENGTH = 5
const WORDS = 5

/** A new password: 20 characters of all classes (127 bits), four groups without look-alikes (99 bits), or five words (64 bits). */
export async function generatePassword(style: PasswordStyle): Promise<string> {
  switch (style) {
    case 'STANDARD':
      return standard()
    case 'USER_FRIENDLY':
      return Array.from({ length: GROUPS }, () => pick(CLEAR, GROUP_LENGTH)).join('-')
    case 'MEMORABLE': {
      const words = await dicewareWords()
      return Array.from({ length: WORDS }, () => words[randomBelow(words.length)]).join('-')
    }
  }
}

/** A whole number from 0 up to but not including `limit`, each equally likely: what would favour some by the remainder is drawn again. */
export function randomBelow(limit: number): number {
  const space = 2 ** 32
  if (!Number.isInteger(limit) || limit < 1 || limit > space) throw new Error(`There is no whole number below ${limit} to draw.`)
  const fair = space - (space % limit)
  const drawn = new Uint32Array(1)
  for (;;) {
    crypto.getRandomValues(drawn)
    const [value = 0] = drawn
    if (value < fair) return value % limit
  }
}

/** Drawn as a whole until it has every class, so that all passwords that have are equally likely. */
function standard(): string {
  const all = CLASSES.join('')
  for (;;) {
    const text = pick(all, STANDARD_LENGTH)
    if (CLASSES.every((each) => Array.from(text).some((character) => each.includes(character)))) return text
  }
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomBelow(alphabet.length)]).join('')
}
