import { ref, shallowRef } from 'vue'
import { LoginError } from '../session/authRequest.ts'

const captchaOfLogin =
  'After many failures a captcha is asked for here, which this page cannot show yet. Log in with a passkey or from a browser in which you have logged in before, set a new password, or try again in a quarter of an hour.'

/** A form of those who are not logged in: whether it is on its way, and why it was refused, in words. `captchaText` is what to do where a captcha is asked for. */
export function useEntry(captchaText = captchaOfLogin) {
  const isSending = ref(false)
  const refusal = shallowRef<LoginError | null>(null)
  const problem = ref<string | null>(null)

  /** Whether it was done. */
  async function send(task: () => Promise<unknown>): Promise<boolean> {
    isSending.value = true
    refusal.value = null
    problem.value = null
    try {
      await task()
      return true
    } catch (error) {
      refusal.value = error instanceof LoginError ? error : null
      problem.value = wordsOf(error, captchaText)
      return false
    } finally {
      isSending.value = false
    }
  }
  return { isSending, refusal, problem, send }
}

function wordsOf(error: unknown, captchaText: string): string {
  if (!(error instanceof LoginError)) return 'Something went wrong here. Load the page again.'
  return error.code === 'CAPTCHA_REQUIRED' ? captchaText : error.message
}
