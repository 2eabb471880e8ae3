import type { FastifyRequest } from 'fastify'
import type { SubscribePayload } from 'graphql-ws'
import { z } from 'zod'
import { isDeeperThan, MAX_BODY_DEPTH } from '../limits.ts'

/** How the client wants its answer: as JSON, as an event stream, or either, in which case a stream is one and an answer is JSON; `parts`: a stream as multipart. */
export type Wanted = 'json' | 'events' | 'either' | 'parts'

const EVENTS = 'text/event-stream'
const PARTS = 'multipart/mixed;subscriptionspec=1.0'
const JSON_TYPES = ['application/json', 'application/graphql-response+json', 'application/*', '*/*']

/** Reads the Accept header. Some clients name every type that they know for every operation; what is only taken because all is, is no wish for events. */
export function wantedOf(accept: string | undefined): Wanted {
  const weights = new Map((accept ?? '').split(',').map(readWeight))
  const events = weights.get(EVENTS) ?? 0
  if (events === 0) return (weights.get(PARTS) ?? 0) === 0 ? 'json' : 'parts'
  const json = Math.max(...JSON_TYPES.map((type) => weights.get(type) ?? 0))
  return json === 0 ? 'events' : 'either'
}

function readWeight(range: string): [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  // Without the version it is how deferred answers come.
  const isStream = type === 'multipart/mixed' && parameters.some((parameter) => /^subscriptionspec="?1\.0"?$/.test(parameter))
  return [isStream ? PARTS : type, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
}

/** GraphQL over HTTP's form of a request. */
const QuestionSchema = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
})

/** The operation that a request asks for; null when it has none, or one that is not in the form. */
export function questionOf({ method, body, query: parameters }: Pick<FastifyRequest, 'method' | 'body' | 'query'>): SubscribePayload | null {
  const asked = method === 'GET' ? fromParameters(parameters) : body
  const { data } = QuestionSchema.safeParse(asked)
  return data === undefined || isDeeperThan(data, MAX_BODY_DEPTH) ? null : data
}

function fromParameters(parameters: unknown): unknown {
  if (typeof parameters !== 'object' || parameters === null) return null
  const texts = new Map<string, unknown>(Object.entries(parameters))
  const json = (name: string): unknown => {
    const text = texts.get(name)
    return typeof text === 'string' && text !== '' ? JSON.parse(text) : text === '' ? undefined : text
  }
  try {
    return { query: texts.get('query'), operationName: texts.get('operationName'), variables: json('variables'), extensions: json('extensions') }
  } catch {
    return null
  }
}
