import { computed, reactive, readonly } from 'vue'
import { askAuth, LoginError, postAuth, recordOf } from './authRequest.ts'

/** Who is logged in. The access token lives in memory alone; the refresh cookie, which no script can read, gets the next one. */
type State = { status: 'unknown' | 'out' | 'in'; email: string | null; name: string | null }

type Granted = { readonly accessToken: string; readonly expiresIn: number; readonly user?: { readonly email: string | null; readonly name: string | null } }

/** The answer to a captcha, where one was asked for; good once. */
type CaptchaAnswer = { readonly recaptchaToken: string | null }

export type LoginForm = { readonly email: string; readonly password: string; readonly rememberMe: boolean } & CaptchaAnswer

export type RegisterForm = { readonly email: string; readonly password: string; readonly name: string } & CaptchaAnswer

/** Completes a login by one of the three. */
export type SecondFactorForm = { readonly challenge: string } & ({ readonly code: string } | { readonly recoveryCode: string } | { readonly passkey: object })

/** A token is renewed this long before it ends, and not used any more in the last seconds. */
const renewAheadMs = 60_000
const unusableMs = 5_000
const maxTimerMs = 2 ** 31 - 1

const state = reactive<State>({ status: 'unknown', email: null, name: null })
let token: { readonly text: string; readonly endsAtMs: number } | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let renewing: Promise<boolean> | null = null

export const session = readonly(state)
export const isLoggedIn = computed(() => state.status === 'in')

/** Resolves when it is known whether somebody is logged in: on a fresh page the cookie decides. */
export async function sessionKnown(): Promise<boolean> {
  if (state.status === 'unknown') await renew()
  return state.status === 'in'
}

/** Throws LoginError; that of SECOND_FACTOR_REQUIRED holds the second step. */
export async function logIn(form: LoginForm): Promise<void> {
  grant(readGranted(await askAuth('/login', form)))
}

/** Throws LoginError. */
export async function completeLogIn(form: SecondFactorForm): Promise<void> {
  grant(readGranted(await askAuth('/complete-login', form)))
}

/** Makes an account and logs it in. Throws LoginError. */
export async function register(form: RegisterForm): Promise<void> {
  grant(readGranted(await askAuth('/register', form)))
}

/** Ends the session here, and on the server when it can be reached. */
export async function logOut(): Promise<void> {
  try {
    await postAuth('/logout')
  } finally {
    end()
  }
}

/** A token that works for some seconds at least; null when nobody is logged in. */
export async function freshToken(): Promise<string | null> {
  // The forms for those who are not ask much, and none of it needs a session.
  if (state.status === 'out') return null
  if (token !== null && token.endsAtMs - Date.now() > unusableMs) return token.text
  return (await renew()) ? (token?.text ?? null) : null
}

/** Gets the next token by the cookie, once however many ask. False when the session is over. */
export function renew(): Promise<boolean> {
  renewing ??= withLock(renewNow).finally(() => (renewing = null))
  return renewing
}

/** Takes a token that another tenant was switched to by, or that a passkey has brought. */
export function takeToken(granted: Granted): void {
  grant(granted)
}

async function renewNow(): Promise<boolean> {
  try {
    const { isOk, status, body } = await postAuth('/refresh')
    if (isOk) grant(readGranted(body))
    else if (status < 500 || state.status === 'unknown') end()
  } catch {
    // The server cannot be reached: the session may still be good, so that who was in stays in and is told by the failing requests.
    if (state.status === 'unknown') end()
  }
  return token !== null && token.endsAtMs > Date.now()
}

/** The cookie is replaced by each renewal, so two tabs take turns. */
function withLock(task: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('umg-refresh', task) : task()
}

function grant({ accessToken, expiresIn, user }: Granted): void {
  token = { text: accessToken, endsAtMs: Date.now() + expiresIn * 1000 }
  Object.assign(state, { status: 'in', ...(user === undefined ? {} : { email: user.email, name: user.name }) })
  clearTimeout(timer)
  timer = setTimeout(() => void renew(), Math.min(Math.max(expiresIn * 1000 - renewAheadMs, expiresIn * 500), maxTimerMs))
}

function end(): void {
  token = null
  clearTimeout(timer)
  Object.assign(state, { status: 'out', email: null, name: null })
}

function readGranted(body: unknown): Granted {
  const { accessToken, expiresIn, user } = recordOf(body)
  if (typeof accessToken !== 'string' || typeof expiresIn !== 'number')
    throw new LoginError('BAD_ANSWER', 'The server gave an answer that makes no sense. Try again.')
  const { email, name } = recordOf(user)
  return { accessToken, expiresIn, user: { email: typeof email === 'string' ? email : null, name: typeof name === 'string' ? name : null } }
}
