import { failure } from '#ops/service/errors.ts'

export type LineLimits = {
  /** How many wait at most, of all askers. */
  readonly maxWaiting: number
  readonly maxWaitMs: number
}

type Waiting<Place> = { readonly begin: (place: Place) => void; readonly refuse: () => void }

/** Few places, and who finds none free waits in line for one. */
export type HashLine<Place> = {
  /** Throws TOO_BUSY when there is no room left to wait, or after waiting too long. `by` is who asks, such as an address or an account. */
  readonly run: <Result>(by: string, work: (place: Place) => Promise<Result>) => Promise<Result>
  /** Throws TOO_BUSY when `run` would at once, so that nothing is done in vain before it. */
  readonly requireRoom: (by: string) => void
}

/** Said with TOO_BUSY: the line is a few seconds long, and who comes back at the same moment as everybody else waits again. */
const RETRY_SECONDS = 5

const tooBusy = () => failure('TOO_BUSY', { seconds: RETRY_SECONDS }, { retryAfterSeconds: RETRY_SECONDS })

/**
 * First come, first served for each asker, and the askers take turns: whoever asks for a hundred waits behind their own and nobody else does. When all
 * lines together are full, the last of the longest gives way to an asker that has fewer in line.
 */
export function createHashLine<Place>(places: readonly Place[], { maxWaiting, maxWaitMs }: LineLimits): HashLine<Place> {
  const free = [...places]
  /** In the order in which the askers have their turns. */
  const lines = new Map<string, Waiting<Place>[]>()
  let waitingCount = 0

  function leave(by: string, waiting: Waiting<Place>): void {
    const line = lines.get(by)
    const index = line?.indexOf(waiting) ?? -1
    if (line === undefined || index === -1) return
    line.splice(index, 1)
    waitingCount -= 1
    if (line.length === 0) lines.delete(by)
  }

  /** Whose last would give way to one more of this asker; null when nobody's has to. Throws when nobody's can. */
  function whoGivesWay(by: string): string | null {
    if (free.length > 0 || waitingCount < maxWaiting) return null
    const own = lines.get(by)?.length ?? 0
    const [longest, { length }] = [...lines].reduce<readonly [string, { readonly length: number }]>(
      (most, [name, line]) => (line.length > most[1].length ? [name, line] : most),
      ['', { length: 0 }],
    )
    if (length <= own + 1) throw tooBusy()
    return longest
  }

  function turn(by: string): Promise<Place> {
    const longest = whoGivesWay(by)
    const last = longest === null ? undefined : lines.get(longest)?.at(-1)
    last?.refuse()
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer)
        leave(by, waiting)
        end()
      }
      const waiting: Waiting<Place> = { begin: (place) => settle(() => resolve(place)), refuse: () => settle(() => reject(tooBusy())) }
      const timer = setTimeout(waiting.refuse, maxWaitMs)
      const line = lines.get(by)
      if (line === undefined) lines.set(by, [waiting])
      else line.push(waiting)
      waitingCount += 1
    })
  }

  /** The place goes on to the next in turn, before anybody who comes now can take it. */
  function giveBack(place: Place): void {
    const [first] = lines
    const next = first?.[1][0]
    if (first === undefined || next === undefined) return void free.push(place)
    const [by, line] = first
    next.begin(place)
    // Behind the others.
    if (lines.delete(by)) lines.set(by, line)
  }

  return {
    requireRoom: (by) => void whoGivesWay(by),
    async run(by, work) {
      const place = free.pop() ?? (await turn(by))
      try {
        return await work(place)
      } finally {
        giveBack(place)
      }
    },
  }
}
