import type { ServerResponse } from 'node:http'

/** Aborts when the connection of a request is closed before its answer was written; one that is only half closed still gets it. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort()
  })
  return leaving.signal
}
