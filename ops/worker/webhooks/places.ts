/** So many places; whoever comes when all are taken waits for one, in the order of coming. */
export type Places = { readonly take: () => Promise<() => void> }

export function createPlaces(count: number): Places {
  const waiting: (() => void)[] = []
  let free = count

  function giveBack(): void {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return {
    take: async () => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => void waiting.push(resolve))
      return giveBack
    },
  }
}
