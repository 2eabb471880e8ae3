import { requireRoomToHash } from '#ops/security/passwords.ts'
import { foldEmail } from './email.ts'
import { wrongPassword, type ProvenLogin } from './finishLogin.ts'
import type { createImportedPasswords } from './importedPasswords.ts'
import type { Client, Issuer, Login } from './issuer.ts'
import type { KnownDevices } from './knownDevice.ts'
import type { LoginGuard } from './loginGuard.ts'
import { originOf } from './network.ts'

export type Credentials = {
  readonly email: string
  readonly password: string
  readonly rememberMe: boolean
  readonly client: Client
  /** What the device cookie says; null or absent in a browser that has not logged in before. */
  readonly deviceCookie?: string | null
  /** The answer to a captcha, when one was asked for. */
  readonly captchaToken?: string | null
}

export type LoginOptions = {
  readonly issuer: Issuer
  readonly guard: LoginGuard
  readonly devices: KnownDevices
  readonly imported: ReturnType<typeof createImportedPasswords>
  /** Called once the password is known to be right: opens the session, or asks for a second factor. */
  readonly finishLogin: (proven: ProvenLogin) => Promise<Login>
}

/**
 * Throws UNAUTHENTICATED in the same words and time for an unknown address and a wrong password; RATE_LIMITED and CAPTCHA_REQUIRED after too many
 * failures, whether there is such an account or not; TOO_BUSY when too many log in at this moment, which counts as no attempt.
 */
export function createLogin({ issuer, guard, devices, imported, finishLogin }: LoginOptions): (credentials: Credentials) => Promise<Login> {
  return async function login({ email, password, rememberMe, client, deviceCookie = null, captchaToken = null }: Credentials): Promise<Login> {
    const by = originOf(client)
    requireRoomToHash(by)
    const folded = foldEmail(email) ?? email.slice(0, 320).toLowerCase()
    const attempt = await guard.enter({ email: folded, client, device: devices.read(deviceCookie, folded), captchaToken })
    const account = await issuer.findAccount({ email: folded.replaceAll('\0', '') })
    const { isRight, began } = await imported.verify({ password, hash: account?.passwordHash ?? null, by }).catch(async (error: unknown) => {
      await attempt.takeBack()
      throw error
    })
    if (account === null || !isRight) {
      await imported.hold(began, by)
      throw wrongPassword()
    }
    await attempt.succeed()
    const passwordHash = await imported.upgrade(account, { password, by })
    return finishLogin({ account, passwordHash, rememberMe, client })
  }
}
