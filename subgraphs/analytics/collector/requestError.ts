/** A request that is refused as a whole; answered as `{ error: { code, message } }`. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  /** When it may be tried again; null when that would not help. */
  readonly retryAfterSeconds: number | null

  constructor(status: number, code: string, message: string, options: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
  }
}

const RETRY_AFTER_SECONDS = 1

export const unavailable = (cause: unknown): RequestError =>
  new RequestError(503, 'UNAVAILABLE', 'The events could not be stored now. Send them again; what was stored will count once.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  })
export const tenantMoving = (cause: unknown): RequestError =>
  new RequestError(503, 'TENANT_MOVING', 'The tenant is being moved to other databases. Send the events again shortly; what was stored will count once.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  })
export const overloaded = (): RequestError =>
  new RequestError(503, 'OVERLOADED', 'The collector has too much waiting. Send the events again shortly.', { retryAfterSeconds: RETRY_AFTER_SECONDS })
export const tooManyRequests = (): RequestError =>
  new RequestError(429, 'TOO_MANY_REQUESTS', 'Too many events of this tenant are waiting. Send them again shortly.', { retryAfterSeconds: RETRY_AFTER_SECONDS })

export const quotaExceeded = (quota: { readonly used: number; readonly limit: number; readonly resetsInSeconds: number }): RequestError =>
  new RequestError(
    429,
    'QUOTA_EXCEEDED',
    `The plan of this tenant allows ${quota.limit} events a month, and ${quota.used} are used. Nothing of this request was stored.`,
    {
      retryAfterSeconds: quota.resetsInSeconds,
    },
  )
