import { createHmac, randomInt } from 'node:crypto'

export const RECOVERY_CODES = 10

// Crockford's base 32: no letter that is mistaken for a digit. Twelve of them are 60 bits, which nobody guesses in the attempts of a challenge.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = 3
const GROUP_LENGTH = 4

/** New codes such as `7K2M-9QXA-0F4T`. */
export const createRecoveryCodes = (): readonly string[] => Array.from({ length: RECOVERY_CODES }, createRecoveryCode)

function createRecoveryCode(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}

/** What is stored of a code (32 bytes): worth nothing at another account, and cannot be tried out without the key. However it was typed, it is the same. */
export function hashRecoveryCode({ key, accountId, code }: { readonly key: string; readonly accountId: string; readonly code: string }): Buffer {
  return createHmac('sha256', key)
    .update(`umg-recovery ${accountId} ${foldRecoveryCode(code)}`)
    .digest()
}

function foldRecoveryCode(code: string): string {
  return code
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '')
}
