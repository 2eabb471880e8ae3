import { describe, expect, it } from 'vitest'
import type { LiveSubscriptionVariables } from './generated/graphql.ts'
import { openLiveStream, waitMs, type LiveBatch, type LiveSink, type LiveStatus } from './liveStream.ts'

const start = { from: { at: '2026-03-01T12:00:00.000Z' } }
const batch = (cursor: string): LiveBatch => ({ entries: [], cursor, gap: null })

/** A server that is told what to say, and a clock that is told to go on. */
function open() {
  const asked: LiveSubscriptionVariables[] = []
  const sinks: LiveSink[] = []
  const closed: number[] = []
  const statuses: LiveStatus['kind'][] = []
  const batches: string[] = []
  let timers: { readonly call: () => void; readonly ms: number }[] = []
  const stream = openLiveStream({
    subscribe: (variables, sink) => {
      asked.push(variables)
      sinks.push(sink)
      const index = sinks.length - 1
      return () => {
        closed.push(index)
        // As the client does: it tells of the end that was asked for.
        sink.end(null)
      }
    },
    start,
    where: null,
    onBatch: ({ cursor }) => batches.push(cursor),
    onStatus: ({ kind }) => statuses.push(kind),
    later: (call, ms) => {
      const timer = { call, ms }
      timers.push(timer)
      return () => (timers = timers.filter((each) => each !== timer))
    },
  })
  const last = () => sinks.at(-1)!
  const pass = () => {
    const due = timers
    timers = []
    for (const { call } of due) call()
    return due.map(({ ms }) => ms)
  }
  return { stream, asked, closed, statuses, batches, last, pass, waiting: () => timers.length }
}

describe('the stream of conversions', () => {
  it('begins where it is told, and is live when nothing follows for a while', () => {
    const { asked, statuses, last, pass } = open()
    expect(asked).toEqual([{ ...start, where: null }])
    expect(statuses).toEqual(['connecting'])
    last().connected()
    pass()
    expect(statuses).toEqual(['connecting', 'live'])
  })

  it('goes on behind the last batch after a loss, once', () => {
    const { asked, statuses, batches, last, pass } = open()
    last().next({ conversions: batch('c1') }, [])
    last().next({ conversions: batch('c2') }, [])
    last().end(new Error('closed'))
    expect(pass()).toEqual([500])
    expect(asked).toHaveLength(2)
    expect(asked[1]).toEqual({ after: 'c2', where: null })
    last().next({ conversions: batch('c3') }, [])
    expect([batches, statuses.at(-1)]).toEqual([['c1', 'c2', 'c3'], 'live'])
  })

  it('begins anew where it was told when nothing had come', () => {
    const { asked, last, pass } = open()
    last().end(null)
    pass()
    expect(asked[1]).toEqual({ ...start, where: null })
  })

  it('waits longer after each loss in a row', () => {
    const { last, pass } = open()
    const waits = [1, 2, 3].flatMap(() => {
      last().end(new Error('closed'))
      return pass()
    })
    expect(waits).toEqual([500, 1000, 2000])
    expect(waitMs(30)).toBe(10_000)
  })

  it('hears nothing more of a subscription that is over', () => {
    const { asked, batches, statuses, last, pass } = open()
    const old = last()
    old.connected()
    old.end(new Error('closed'))
    old.end(null)
    old.next({ conversions: batch('late') }, [])
    pass()
    expect([asked.length, batches, statuses]).toEqual([2, [], ['connecting', 'reconnecting']])
  })

  it.each([
    ['a question that the API refuses', [{ message: 'No.', extensions: { code: 'BAD_CURSOR' } }]],
    ['a missing scope', [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }]],
    ['a socket of somebody else', { code: 4403 }],
  ])('%s is not tried again', (_name, reason) => {
    const { statuses, last, waiting } = open()
    last().end(reason)
    expect([statuses.at(-1), waiting()]).toEqual(['refused', 0])
  })

  it('takes a batch that lacks a name, and an answer without one as the end', () => {
    const { statuses, batches, last, waiting } = open()
    last().next({ conversions: batch('c1') }, [{ message: 'The campaign subgraph is away.', extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } }])
    expect(batches).toEqual(['c1'])
    last().next({ conversions: null }, [{ message: 'Analytics is away.', extensions: { code: 'DOWNSTREAM_UNAVAILABLE' } }])
    expect([statuses.at(-1), waiting()]).toEqual(['reconnecting', 1])
  })

  it('renews a token that ran out once', () => {
    const { statuses, last, pass } = open()
    last().end({ code: 4401 })
    expect(statuses.at(-1)).toBe('reconnecting')
    pass()
    last().end({ code: 4401 })
    expect(statuses.at(-1)).toBe('refused')
  })

  it('stops where it stands, and says where', () => {
    const { stream, closed, last, waiting } = open()
    last().next({ conversions: batch('c7') }, [])
    expect(stream.stop()).toBe('c7')
    expect([closed, waiting()]).toEqual([[0], 0])
  })
})
