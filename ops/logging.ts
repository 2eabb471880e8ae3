import pino from 'pino'
import { trace } from '@opentelemetry/api'
import type { LogLevel } from './config.ts'

export type Logger = pino.Logger

/** Paths whose values never reach a log line, at the top and one level down. */
const secretKeys = [
  'authorization',
  'cookie',
  'set-cookie',
  'umg-identity',
  'password',
  'secret',
  'key',
  'token',
  'accessToken',
  'refreshToken',
  'ingestKey',
  'apiKey',
  'partnerKey',
  'raw',
  'connectionString',
]
const redact = secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`])

/** JSON lines on stdout, each with the trace id of the span it was written in; secrets are replaced by [redacted]. */
export function createLogger(options: { name: string; level: LogLevel }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redact, censor: '[redacted]' },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext()
      return span === undefined ? {} : { traceId: span.traceId }
    },
  })
}
