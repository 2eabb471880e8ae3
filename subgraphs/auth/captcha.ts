import { request } from 'undici'
import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'

/** Where tokens of a captcha are looked at, in the form that reCAPTCHA, Turnstile and hCaptcha share. */
export type CaptchaSettings = { readonly verifyUrl: string; readonly secret: string }

/** Whether a person solved it. Throws DOWNSTREAM_UNAVAILABLE when the service cannot say. */
export type CheckCaptcha = (token: string, clientAddress: string | null) => Promise<boolean>

const TIMEOUT_MS = 5_000
const MAX_TOKEN_LENGTH = 4_096
const AnswerSchema = z.object({ success: z.boolean() })

/** Null where none is configured: then nobody is asked for one. */
export function createCaptcha(settings: CaptchaSettings | null): CheckCaptcha | null {
  if (settings === null) return null
  const { verifyUrl, secret } = settings
  return async (token, clientAddress) => {
    if (token === '' || token.length > MAX_TOKEN_LENGTH) return false
    const form = new URLSearchParams({ secret, response: token, ...(clientAddress === null ? {} : { remoteip: clientAddress }) })
    try {
      const { statusCode, body } = await request(verifyUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const answer = AnswerSchema.parse(await body.json())
      if (statusCode !== 200) throw new Error(`The captcha service answered ${statusCode}.`)
      return answer.success
    } catch (error) {
      throw Object.assign(failure('DOWNSTREAM_UNAVAILABLE', { name: 'captcha' }), { cause: error })
    }
  }
}
