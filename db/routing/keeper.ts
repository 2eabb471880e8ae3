export type KeeperOptions<Handle> = {
  readonly open: (database: string) => Handle | Promise<Handle>
  readonly close: (handle: Handle) => Promise<unknown>
  /** The one that was not asked for the longest is given up above this. Default 32. */
  readonly maxOpen?: number
  /** Whoever asked for it just before may still be at work with it this long. Default 120,000. */
  readonly graceMs?: number
}

export type Keeper<Handle> = { readonly get: (database: string) => Promise<Handle>; readonly close: () => Promise<void> }

/** One handle for each of a few databases, opened when it is asked for. */
export function createKeeper<Handle>({ open, close, maxOpen = 32, graceMs = 120_000 }: KeeperOptions<Handle>): Keeper<Handle> {
  const held = new Map<string, Promise<Handle>>()
  const leaving = new Map<Promise<Handle>, NodeJS.Timeout>()

  async function end(handle: Promise<Handle>): Promise<void> {
    clearTimeout(leaving.get(handle))
    leaving.delete(handle)
    // One that could not be opened is nothing to close.
    await handle.then(close, () => undefined)
  }

  function giveUpOldest(): void {
    const [oldest] = held
    if (held.size <= maxOpen || oldest === undefined) return
    const [database, handle] = oldest
    held.delete(database)
    leaving.set(handle, setTimeout(() => void end(handle), graceMs).unref())
  }

  return {
    get(database) {
      const handle = held.get(database) ?? Promise.resolve(open(database))
      held.delete(database)
      held.set(database, handle)
      giveUpOldest()
      // What failed is tried again by the next who asks.
      handle.catch(() => held.get(database) === handle && held.delete(database))
      return handle
    },
    async close() {
      const all = [...held.values(), ...leaving.keys()]
      held.clear()
      await Promise.all(all.map(end))
    },
  }
}
