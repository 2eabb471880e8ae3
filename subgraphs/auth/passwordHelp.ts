import { generatePassword, type PasswordStyle } from '#ops/security/passwordGenerator.ts'
import type { PasswordStrength } from '#ops/security/passwordStrength.ts'
import { rateLimited, type Client } from './issuer.ts'
import { originOf } from './network.ts'
import { assessPassword, type ChosenPassword } from './passwordRules.ts'
import { createRateLimit } from './rateLimit.ts'

/** A form asks at each pause of typing; nobody types more than this. Looking at a password costs tenths of a second. */
const QUESTIONS_OF_ADDRESS = { attempts: 600, windowMs: 5 * 60_000 } as const

/** What a form offers whoever chooses a password. Nothing of it is kept or logged. */
export function createPasswordHelp({ now }: { readonly now: () => Date }) {
  const questions = createRateLimit({ ...QUESTIONS_OF_ADDRESS, now })

  function count(client: Client): void {
    const wait = questions.waitSeconds(originOf(client))
    if (wait !== null) throw rateLimited(wait)
    questions.count(originOf(client))
  }

  return {
    async passwordStrength({ client, ...chosen }: ChosenPassword & { readonly client: Client }): Promise<PasswordStrength> {
      count(client)
      return assessPassword(chosen)
    },
    async generatePassword({ style, client }: { readonly style: PasswordStyle; readonly client: Client }) {
      count(client)
      const password = await generatePassword(style)
      return { password, strength: await assessPassword({ password, email: '', name: '' }) }
    },
  }
}
