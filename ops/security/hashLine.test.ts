import { expect, test } from 'vitest'
import { createHashLine } from './hashLine.ts'

const LATER = { maxWaitMs: 600_000 } as const
const BUSY = { extensions: { code: 'TOO_BUSY', retryAfterSeconds: 5 } }

/** Works that end when they are told to; `begun` says in which order they began. */
function openWorks(line: ReturnType<typeof createHashLine<string>>) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const ask = (name: string) =>
    line.run(name.slice(0, 1), async (place) => {
      begun.push(name)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      return `${name} on ${place}`
    })
  return { begun, ask, end: (name: string) => ends.get(name)?.() }
}

test('as many run at once as there are places; the askers take turns, each in the order in which they came', async () => {
  const { begun, ask, end } = openWorks(createHashLine(['1'], { ...LATER, maxWaiting: 10 }))
  const all = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map(ask)
  for (const [index, next] of ['a2', 'b1', 'c1', 'a3', 'b2'].entries()) {
    end(begun[index] ?? '')
    await expect.poll(() => begun).toHaveLength(index + 2)
    expect(begun.at(-1)).toBe(next)
  }
  end('b2')
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => `${name} on 1`))
})

test('a full line refuses, and of the longest the last gives way to whoever has fewer in it', async () => {
  const line = createHashLine(['1'], { ...LATER, maxWaiting: 3 })
  const { begun, ask, end } = openWorks(line)
  const first = ask('a1')
  const waiting = [ask('a2'), ask('a3')]
  const last = ask('a4')
  expect(() => line.requireRoom('a')).toThrow(/Try again in 5 seconds/)
  await expect(ask('a5')).rejects.toMatchObject(BUSY)
  line.requireRoom('b')
  const other = ask('b1')
  await expect(last).rejects.toMatchObject(BUSY)
  for (const [index, name] of ['a1', 'a2', 'b1', 'a3'].entries()) {
    await expect.poll(() => begun).toHaveLength(index + 1)
    end(name)
  }
  await Promise.all([first, ...waiting, other])
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
})

test('who waits too long is refused, and has left the line; who fails leaves the place', async () => {
  const line = createHashLine(['1'], { maxWaitMs: 20, maxWaiting: 1 })
  const { ask, end } = openWorks(line)
  const first = ask('a1')
  await expect(ask('b1')).rejects.toMatchObject(BUSY)
  line.requireRoom('b')
  end('a1')
  await first
  await expect(line.run('a', () => Promise.reject(new Error('It broke.')))).rejects.toThrow('It broke.')
  expect(await line.run('b', async (place) => place)).toBe('1')
})
