import { GraphQLError } from 'graphql'

/** One error code: the HTTP status of its REST form, what it means (for schema/ERRORS.md) and how its sentence is made. */
export type ErrorRule<Params> = { readonly status: number; readonly description: string; readonly message: (params: Params) => string }

export type ErrorTable<ParamsByCode extends Record<string, object>> = { readonly [Code in keyof ParamsByCode]: ErrorRule<ParamsByCode[Code]> }

/** What is read of any table when schema/ERRORS.md is written and when an error is masked. */
export type ErrorCodes = Readonly<Record<string, { readonly status: number; readonly description: string }>>

/** Makes the error constructor of one table: `const failure = defineErrors<Params>(table)`, then `throw failure('FORBIDDEN', { scope })`. */
export function defineErrors<ParamsByCode extends Record<string, object>>(table: ErrorTable<ParamsByCode>) {
  return function failure<Code extends keyof ParamsByCode & string>(
    code: Code,
    params: ParamsByCode[Code],
    extensions: Record<string, unknown> = {},
  ): GraphQLError {
    return new GraphQLError(table[code].message(params), { extensions: { ...extensions, code } })
  }
}

type CommonParams = {
  BAD_QUERY: { message: string }
  BAD_USER_INPUT: { message: string }
  BAD_CURSOR: { argument: string }
  UNAUTHENTICATED: { message: string }
  SECOND_FACTOR_REQUIRED: object
  SECOND_FACTOR_WRONG: { message: string }
  CHALLENGE_ENDED: object
  PASSKEYS_UNAVAILABLE: object
  PASSWORD_REQUIRED: object
  FORBIDDEN: { message: string }
  TENANT_MISMATCH: { asked: string }
  NOT_FOUND: { what: string }
  CONFLICT: { message: string }
  INVITATION_INVALID: { why: string }
  INVITATION_FOR_ANOTHER: object
  LAST_OWNER: object
  NETWORK_NOT_ALLOWED: { address: string }
  QUOTA_EXCEEDED: { quota: string; used: number; limit: number }
  RATE_LIMITED: { seconds: number }
  TOO_BUSY: { seconds: number }
  CAPTCHA_REQUIRED: object
  TOO_LARGE: { message: string }
  INTROSPECTION_DISABLED: object
  SLOW_CONSUMER: object
  TENANT_MOVING: object
  DOWNSTREAM_UNAVAILABLE: { name: string }
  INTERNAL: { requestId: string }
}

/** Codes that every subgraph and the gateway may answer. */
export const commonErrors: ErrorTable<CommonParams> = {
  BAD_QUERY: {
    status: 400,
    description: 'The question cannot be answered as asked; `extensions.issues` lists everything that has to change.',
    message: ({ message }) => message,
  },
  BAD_USER_INPUT: {
    status: 400,
    description: 'An argument or variable is not of its type or breaks a rule; `extensions.fields` names the bad ones where there are several.',
    message: ({ message }) => message,
  },
  BAD_CURSOR: {
    status: 400,
    description: 'A cursor that was not given by this field for this very question in this tenant.',
    message: ({ argument }) => `The cursor in "${argument}" was not given by this field for this question. Begin without one, or ask as it was asked then.`,
  },
  UNAUTHENTICATED: { status: 401, description: 'The access token or key is missing, malformed, expired or revoked.', message: ({ message }) => message },
  SECOND_FACTOR_REQUIRED: {
    status: 401,
    description:
      'The password is right, and the login is completed by a second factor: `extensions.challenge` goes to completeLogin within five minutes, `extensions.methods` says what is taken.',
    message: () => 'A second factor completes this login.',
  },
  SECOND_FACTOR_WRONG: {
    status: 401,
    description: 'The code or passkey is not the one asked for; the challenge can be tried again.',
    message: ({ message }) => message,
  },
  CHALLENGE_ENDED: {
    status: 401,
    description: 'The challenge of a login was used, is older than five minutes, or is not ours. The login begins anew.',
    message: () => 'This login has taken too long or was completed already. Log in again.',
  },
  PASSKEYS_UNAVAILABLE: {
    status: 409,
    description: 'Passkeys belong to a host name, and PUBLIC_URL has an address of the network instead.',
    message: () => 'Passkeys belong to a host name. Set PUBLIC_URL to one, such as https://analytics.example.com.',
  },
  PASSWORD_REQUIRED: {
    status: 403,
    description:
      'A second factor is added soon after a login, or with the password; an address is verified where its account is logged in, or with the password: the same again with `password`.',
    message: () => 'Give the password of the account.',
  },
  FORBIDDEN: { status: 403, description: 'The viewer is known but has not the scope, or no tenant, for this field.', message: ({ message }) => message },
  TENANT_MISMATCH: {
    status: 403,
    description: 'The tenant named by header or path is not the tenant of the credential.',
    message: ({ asked }) => `The request names the tenant "${asked}", which is not the tenant of its credential.`,
  },
  NOT_FOUND: { status: 404, description: 'What is to be changed does not exist in this tenant.', message: ({ what }) => `There is no such ${what}.` },
  CONFLICT: { status: 409, description: 'Something of that name exists already.', message: ({ message }) => message },
  INVITATION_INVALID: {
    status: 404,
    description: 'There is no such invitation, or it was used, revoked or has expired.',
    message: ({ why }) => `This invitation ${why}. Ask for a new one.`,
  },
  INVITATION_FOR_ANOTHER: {
    status: 403,
    description: 'The invitation was sent to another address than that of the account which is logged in.',
    message: () => 'This invitation was sent to another e-mail address. Log in with the account of that address, or register it.',
  },
  LAST_OWNER: {
    status: 409,
    description: 'A tenant always has an owner: the last one cannot leave, be removed or get another role.',
    message: () => 'This is the last owner of the tenant. Make another member an owner first.',
  },
  NETWORK_NOT_ALLOWED: {
    status: 403,
    description: 'The key may be used from some networks alone, and the request came from elsewhere.',
    message: ({ address }) => `This key may not be used from ${address}.`,
  },
  QUOTA_EXCEEDED: {
    status: 429,
    description: 'The plan of the tenant allows no more; `extensions.quota`, `used` and `limit` say of what.',
    message: ({ quota, used, limit }) => `The plan of this tenant allows ${limit} ${quota}, and ${used} are used.`,
  },
  RATE_LIMITED: {
    status: 429,
    description: 'Too many attempts: `extensions.retryAfterSeconds` says when to try again. Or more live streams at a time than one viewer may follow.',
    message: ({ seconds }) => `Too many attempts. Try again in ${seconds} seconds.`,
  },
  TOO_BUSY: {
    status: 503,
    description: 'As many passwords are being looked at and waiting as there is room for; `extensions.retryAfterSeconds` says when to try again.',
    message: ({ seconds }) => `Too many logins are under way at this moment. Try again in ${seconds} seconds.`,
  },
  CAPTCHA_REQUIRED: {
    status: 403,
    description: 'After several failures, registrations or reset mails: the same again with `recaptchaToken`, the answer to a captcha.',
    message: () => 'Show that you are a person: solve the captcha and try again.',
  },
  TOO_LARGE: { status: 413, description: 'The body of the request, or one event of a subscription, is too large.', message: ({ message }) => message },
  INTROSPECTION_DISABLED: {
    status: 400,
    description: 'Introspection is for logged-in viewers.',
    message: () => 'Introspection is for logged-in viewers: send an access token or a key as "Authorization: Bearer …".',
  },
  SLOW_CONSUMER: {
    status: 429,
    description: 'A subscription without cursors was ended, since its client read slower than events came; one with cursors goes on by itself.',
    message: () => 'The client reads slower than events come, so this subscription was ended.',
  },
  TENANT_MOVING: {
    status: 503,
    description:
      'The tenant is being moved to other databases, and for a moment nothing can be changed in it: `extensions.retryAfterSeconds` says when to try the same again. Nothing of it was stored.',
    message: () => 'This tenant is being moved to other databases. Try the same again in a moment.',
  },
  DOWNSTREAM_UNAVAILABLE: {
    status: 503,
    description: 'A subgraph did not answer in time, or the database behind it is away; only its fields are null. The same may be tried again.',
    message: ({ name }) => `The ${name} service is not available at the moment.`,
  },
  INTERNAL: {
    status: 500,
    description: 'Something failed here; `extensions.requestId` finds it in the logs.',
    message: ({ requestId }) => `Something went wrong on our side. The request id is ${requestId}.`,
  },
}

/** `throw failure('NOT_FOUND', { what: 'campaign' })` with a common code. */
export const failure = defineErrors<CommonParams>(commonErrors)

/** QUOTA_EXCEEDED with its numbers where programs find them. */
export const quotaExceeded = (quota: { readonly quota: string; readonly used: number; readonly limit: number }): GraphQLError =>
  failure('QUOTA_EXCEEDED', quota, { ...quota })

/** GraphQL's own codes, whose messages are about the caller's document and so may be shown. */
export const protocolErrors: ErrorCodes = {
  GRAPHQL_PARSE_FAILED: { status: 400, description: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    description: 'The document does not fit the schema, or is over a limit of depth, aliases, root fields or selections.',
  },
  OPERATION_RESOLUTION_FAILURE: { status: 400, description: 'The operation to run is not clear from the document and operationName.' },
  BAD_REQUEST: { status: 400, description: 'The HTTP request is not a GraphQL request.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 400, description: 'Persisted queries are not supported.' },
}
