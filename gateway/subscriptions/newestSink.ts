import type { Sink } from './streamHub.ts'

/** For a stream whose events each take the place of those before: whoever reads slowly gets the newest once they have read, and nothing in between. */
export function newestSink(sink: Sink): Sink {
  let waiting: string | null = null
  const deliver: Sink['deliver'] = (payload, place) => {
    if (!sink.isFull()) return sink.deliver(payload, place)
    if (waiting === null)
      sink.whenDrained(() => {
        const newest = waiting
        waiting = null
        if (newest !== null) deliver(newest, null)
      })
    waiting = payload
  }
  return { ...sink, deliver, isFull: () => false }
}
