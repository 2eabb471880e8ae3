import type { GraphQLFormattedError } from 'graphql'

/** How results are written one after the other into an answer that goes on. */
export type EventFormat = {
  readonly contentType: string
  /** What comes before all results: the headers alone would wait for the first of them. */
  opening(): string
  /** A result, and the place after it if the client is to be told of it. */
  next(text: string, place: string | null): string
  /** Tells a place without a result. */
  place(place: string): string
  readonly heartbeat: string
  /** Says that nothing else comes, and why. */
  ending(errors: readonly GraphQLFormattedError[] | null): string
}

const RETRY_FROM_MS = 1_000
const RETRY_SPREAD_MS = 2_000

/** GraphQL over SSE in its distinct connections mode: `next` for each result, `complete` at the end. */
export const serverSentEvents: EventFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  // How long EventSource waits before it comes back, not the same for all.
  opening: () => `retry: ${RETRY_FROM_MS + Math.floor(Math.random() * RETRY_SPREAD_MS)}\n\n`,
  next: (text, place) => (place === null ? `event: next\ndata: ${text}\n\n` : `event: next\nid: ${place}\ndata: ${text}\n\n`),
  // An event without data changes the place and is nobody's event.
  place: (place) => `id: ${place}\n\n`,
  heartbeat: ':\n\n',
  ending: (errors) => `${errors === null ? '' : `event: next\ndata: ${JSON.stringify({ errors })}\n\n`}event: complete\ndata:\n\n`,
}

const BOUNDARY = '\r\n--graphql'

/** Apollo's client reads each piece of the answer for itself, so a character must not have bytes in two of them. */
const asAscii = (json: string): string => json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Clients take a part for whole when they see the boundary after it. */
const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${asAscii(json)}${BOUNDARY}`

/** Apollo's multipart protocol for subscriptions, version 1.0. Errors that end the stream stand beside the payload, those of a result inside it. */
export const multipartSubscription: EventFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: () => BOUNDARY,
  next: (text) => part(`{"payload":${text}}`),
  // It has no places, but shows that the stream lives.
  place: () => part('{}'),
  heartbeat: part('{}'),
  ending: (errors) => `${errors === null ? '' : part(JSON.stringify({ payload: null, errors }))}--\r\n`,
}
