import { reactive, ref, shallowRef } from 'vue'
import { LoginError } from '../session/authRequest.ts'

/** The captcha of a form: whether the server asks for one, and its answer once it is solved. */
type CaptchaState = {
  isAsked: boolean
  token: string | null
  /** Moves when the widget has to begin anew. */
  round: number
}

/** A form of those who are not logged in: whether it is on its way, and why it was refused, in words. */
export function useEntry() {
  const isSending = ref(false)
  const refusal = shallowRef<LoginError | null>(null)
  const problem = ref<string | null>(null)
  const captcha = reactive<CaptchaState>({ isAsked: false, token: null, round: 0 })
  let isTokenUsed = false

  /** The answer to the captcha, for the one attempt that it is good for. */
  function takeCaptchaToken(): string | null {
    isTokenUsed = captcha.token !== null
    return captcha.token
  }

  /** Whether it was done. */
  async function send(task: () => Promise<unknown>): Promise<boolean> {
    isSending.value = true
    refusal.value = null
    problem.value = null
    isTokenUsed = false
    try {
      await task()
      return true
    } catch (error) {
      refusal.value = error instanceof LoginError ? error : null
      problem.value = error instanceof LoginError ? error.message : 'Something went wrong here. Load the page again.'
      if (refusal.value?.code === 'CAPTCHA_REQUIRED') captcha.isAsked = true
      return false
    } finally {
      if (isTokenUsed) Object.assign(captcha, { token: null, round: captcha.round + 1 })
      isSending.value = false
    }
  }
  return { isSending, refusal, problem, send, captcha, takeCaptchaToken }
}
