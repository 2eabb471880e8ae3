/** Runs work of one tenant, a few at a time and in the order in which it came; that of others does not wait for it. */
export type Lanes = <Result>(tenantId: string, work: () => Promise<Result>) => Promise<Result>

/** `width`: how much of one tenant's runs at a time. */
export function createLanes(width: number): Lanes {
  const lanes = new Map<string, { running: number; readonly waiting: (() => void)[] }>()

  return async (tenantId, work) => {
    const lane = lanes.get(tenantId) ?? { running: 0, waiting: [] }
    lanes.set(tenantId, lane)
    if (lane.running < width) lane.running += 1
    else await new Promise<void>((resolve) => void lane.waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place is handed on, so that nobody who comes now goes before those who wait.
      const next = lane.waiting.shift()
      if (next === undefined) lane.running -= 1
      else next()
      if (lane.running === 0) lanes.delete(tenantId)
    }
  }
}
