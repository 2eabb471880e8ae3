import { computed, reactive, readonly } from 'vue'

/** Who is logged in. The access token lives in memory alone; the refresh cookie, which no script can read, gets the next one. */
type State = { status: 'unknown' | 'out' | 'in'; email: string | null; name: string | null }

type Granted = { readonly accessToken: string; readonly expiresIn: number; readonly user?: { readonly email: string | null; readonly name: string | null } }

export type LoginForm = { readonly email: string; readonly password: string; readonly rememberMe: boolean }

/** Why a login failed, as the server says it to people. */
export class LoginError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'LoginError'
    this.code = code
  }
}

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

/** Throws LoginError. */
export async function logIn(form: LoginForm): Promise<void> {
  const { isOk, body } = await post('/api/auth/login', form)
  if (!isOk) throw loginError(body)
  grant(readGranted(body))
}

/** Ends the session here, and on the server when it can be reached. */
export async function logOut(): Promise<void> {
  try {
    await post('/api/auth/logout', undefined)
  } finally {
    end()
  }
}

/** A token that works for some seconds at least; null when nobody is logged in. */
export async function freshToken(): Promise<string | null> {
  if (token !== null && token.endsAtMs - Date.now() > unusableMs) return token.text
  return (await renew()) ? (token?.text ?? null) : null
}

/** Gets the next token by the cookie, once however many ask. False when the session is over. */
export function renew(): Promise<boolean> {
  renewing ??= withLock(renewNow).finally(() => (renewing = null))
  return renewing
}

/** Takes a token that another tenant was switched to by. */
export function takeToken(granted: Pick<Granted, 'accessToken' | 'expiresIn'>): void {
  grant(granted)
}

async function renewNow(): Promise<boolean> {
  try {
    const { isOk, status, body } = await post('/api/auth/refresh', undefined)
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

async function post(path: string, body: object | undefined): Promise<{ isOk: boolean; status: number; body: unknown }> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { isOk: response.ok, status: response.status, body: await response.json().catch(() => null) }
}

function readGranted(body: unknown): Granted {
  const { accessToken, expiresIn, user } = recordOf(body)
  if (typeof accessToken !== 'string' || typeof expiresIn !== 'number')
    throw new LoginError('BAD_ANSWER', 'The server gave an answer that makes no sense. Try again.')
  const { email, name } = recordOf(user)
  return { accessToken, expiresIn, user: { email: typeof email === 'string' ? email : null, name: typeof name === 'string' ? name : null } }
}

function loginError(body: unknown): LoginError {
  const { code, message } = recordOf(recordOf(body)['error'])
  return new LoginError(
    typeof code === 'string' ? code : 'UNREACHABLE',
    typeof message === 'string' ? message : 'The server did not answer. Try again in a moment.',
  )
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
