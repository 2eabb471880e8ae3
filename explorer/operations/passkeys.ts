import type { FetchResult } from '@apollo/client/core'
import { LoginError } from '../session/authRequest.ts'
import { client } from '../session/client.ts'
import { completeLogIn, takeToken } from '../session/session.ts'
import {
  FinishPasskeyLoginDocument,
  FinishPasskeyRegistrationDocument,
  StartPasskeyLoginDocument,
  StartPasskeyRegistrationDocument,
} from './generated/graphql.ts'

// What turns WebAuthn into JSON and back is loaded by whoever uses a passkey.
const webAuthn = async () => import('@simplewebauthn/browser')
type RequestOptions = Parameters<Awaited<ReturnType<typeof webAuthn>>['startAuthentication']>[0]['optionsJSON']
type CreationOptions = Parameters<Awaited<ReturnType<typeof webAuthn>>['startRegistration']>[0]['optionsJSON']

export const canUsePasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/** Logs in by a passkey alone. Throws LoginError. */
export async function logInByPasskey(rememberMe: boolean): Promise<void> {
  const response = await answerOfPasskey(null)
  // The refresh cookie comes with the answer, and a browser keeps it only when it was asked with cookies.
  const context = { credentials: 'same-origin' }
  const { finishPasskeyLogin: granted } = dataOf(
    await sent(client.mutate({ mutation: FinishPasskeyLoginDocument, variables: { response, rememberMe }, context, fetchPolicy: 'no-cache' })),
  )
  const { accessToken, expiresIn, account } = granted
  takeToken({ accessToken, expiresIn, user: { email: account.email, name: account.name } })
}

/** Completes a login by a passkey as its second factor. Throws LoginError. */
export async function completeByPasskey(challenge: string): Promise<void> {
  await completeLogIn({ challenge, passkey: await answerOfPasskey(challenge) })
}

/** Makes a passkey for the own account; some time after the login it needs the password. Throws LoginError, by PASSWORD_REQUIRED where it does. */
export async function addPasskey(name: string, password: string | null): Promise<void> {
  const options = dataOf(await sent(client.mutate({ mutation: StartPasskeyRegistrationDocument, variables: { password }, fetchPolicy: 'no-cache' })))
    .startPasskeyRegistration as CreationOptions
  const { startRegistration } = await webAuthn()
  const response = await asked(options.rp.id, startRegistration({ optionsJSON: options }))
  dataOf(await sent(client.mutate({ mutation: FinishPasskeyRegistrationDocument, variables: { name, response }, fetchPolicy: 'no-cache' })))
}

async function answerOfPasskey(challenge: string | null): Promise<object> {
  const answer = await sent(client.mutate({ mutation: StartPasskeyLoginDocument, variables: { challenge }, fetchPolicy: 'no-cache' }))
  const options = dataOf(answer).startPasskeyLogin as RequestOptions
  const { startAuthentication } = await webAuthn()
  return asked(options.rpId, startAuthentication({ optionsJSON: options }))
}

/** What the browser answers, or why it did not, in words. */
async function asked<Answer>(host: string | undefined, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw new LoginError('PASSKEY', browserSays(error, host))
  }
}

function browserSays(error: unknown, host: string | undefined): string {
  const name = error instanceof Error ? error.name : ''
  const { protocol, port } = globalThis.location
  if (name === 'SecurityError')
    return `Passkeys are made for the host ${host ?? 'of this system'}: open this page as ${protocol}//${host ?? ''}${port === '' ? '' : `:${port}`}.`
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.'
  if (name === 'NotAllowedError' || name === 'AbortError')
    return 'The browser gave no passkey: it was cancelled, took too long, or there is none for this account.'
  return 'The browser could not use a passkey here.'
}

async function sent<Data>(answer: Promise<FetchResult<Data>>): Promise<FetchResult<Data>> {
  return answer.catch(() => {
    throw new LoginError('UNREACHABLE', 'The server cannot be reached. Try again in a moment.')
  })
}

function dataOf<Data>({ data, errors }: FetchResult<Data>): Data {
  const [error] = errors ?? []
  const code = error?.extensions?.['code']
  if (error !== undefined) throw new LoginError(typeof code === 'string' ? code : 'FAILED', error.message)
  if (data === null || data === undefined) throw new LoginError('FAILED', 'The server gave no answer. Try again.')
  return data
}
