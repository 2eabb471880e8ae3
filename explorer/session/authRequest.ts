/** Why a login or a registration was refused, as the server says it to people. */
export class LoginError extends Error {
  readonly code: string
  /** What has to change, by the name of the field. */
  readonly fields: readonly { readonly field: string; readonly message: string }[]
  /** Of SECOND_FACTOR_REQUIRED: what completes the login, and by which means. */
  readonly secondStep: SecondStep | null

  constructor(code: string, message: string, about: { readonly fields?: LoginError['fields']; readonly secondStep?: SecondStep | null } = {}) {
    super(message)
    this.name = 'LoginError'
    this.code = code
    this.fields = about.fields ?? []
    this.secondStep = about.secondStep ?? null
  }
}

/** A login whose password was right: sealed for five minutes, and the means that complete it. */
export type SecondStep = { readonly challenge: string; readonly methods: readonly string[] }

export type AuthAnswer = { readonly isOk: boolean; readonly status: number; readonly body: unknown }

/** Asks one of /api/auth; the cookie goes along, and comes back. */
export async function postAuth(path: string, body?: object): Promise<AuthAnswer> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { isOk: response.ok, status: response.status, body: await response.json().catch(() => null) }
}

/** The body of a good answer; throws LoginError for any other. */
export async function askAuth(path: string, body?: object): Promise<unknown> {
  const answer = await postAuth(path, body).catch(() => null)
  if (answer === null) throw new LoginError('UNREACHABLE', 'The server cannot be reached. Try again in a moment.')
  if (!answer.isOk) throw loginErrorOf(answer.body)
  return answer.body
}

function loginErrorOf(body: unknown): LoginError {
  const { code, message, fields, challenge, methods } = recordOf(recordOf(body)['error'])
  return new LoginError(
    typeof code === 'string' ? code : 'UNREACHABLE',
    typeof message === 'string' ? message : 'The server did not answer. Try again in a moment.',
    {
      fields: Array.isArray(fields) ? fields.flatMap(readField) : [],
      secondStep:
        typeof challenge === 'string' ? { challenge, methods: Array.isArray(methods) ? methods.filter((method) => typeof method === 'string') : [] } : null,
    },
  )
}

function readField(value: unknown): LoginError['fields'] {
  const { field, message } = recordOf(value)
  return typeof field === 'string' && typeof message === 'string' ? [{ field, message }] : []
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
