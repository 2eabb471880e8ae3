import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'

const MAX_TEXT = 16_384
const text = z
  .string()
  .max(MAX_TEXT)
  .regex(/^[\w-]*$/)
const key = { id: text.max(1_366), rawId: text.max(1_366), type: z.literal('public-key') }

/** How browsers may reach an authenticator; what is no such word is left out. */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
export type Transport = (typeof TRANSPORTS)[number]

const registrationSchema = z.object({
  ...key,
  response: z.object({ clientDataJSON: text, attestationObject: text, transports: z.array(z.string()).max(20).optional() }),
})
const authenticationSchema = z.object({
  ...key,
  response: z.object({ clientDataJSON: text, authenticatorData: text, signature: text, userHandle: text.nullish() }),
})

/** What navigator.credentials.create answered, as @simplewebauthn/browser writes it. Throws BAD_USER_INPUT for anything else. */
export function parseRegistration(value: unknown): RegistrationResponseJSON {
  const parsed = registrationSchema.safeParse(value)
  if (!parsed.success) throw malformed()
  const { response, ...rest } = parsed.data
  return { ...rest, clientExtensionResults: {}, response: { ...response, transports: readTransports(response.transports ?? []) } }
}

/** What navigator.credentials.get answered. Throws BAD_USER_INPUT for anything else. */
export function parseAuthentication(value: unknown): AuthenticationResponseJSON {
  const parsed = authenticationSchema.safeParse(value)
  if (!parsed.success) throw malformed()
  const { response, ...rest } = parsed.data
  return { ...rest, clientExtensionResults: {}, response: { ...response, userHandle: response.userHandle ?? undefined } }
}

/** The challenge that the browser says it answers, and that the signature covers; null when it says none. */
export function answeredChallenge({ response }: RegistrationResponseJSON | AuthenticationResponseJSON): string | null {
  try {
    const said = z.object({ challenge: z.string() }).safeParse(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8')))
    return said.data?.challenge ?? null
  } catch {
    return null
  }
}

export const readTransports = (words: readonly string[]): Transport[] => TRANSPORTS.filter((transport) => words.includes(transport))

function malformed() {
  return failure('BAD_USER_INPUT', { message: 'The response is not what a browser answers for a passkey.' })
}
