// The list of steps that a start prints, each with its time.
export type Steps = {
  /** Runs one step and prints it with its time; a failure is printed and thrown on. */
  run<T>(name: string, work: (note: (text: string) => void) => Promise<T> | T): Promise<T>
  say(text: string): void
}

/** A step does not begin once the stop has: what it would start, nobody would end. */
export function createSteps({ say: write, isStopping }: { readonly say: (line: string) => void; readonly isStopping: () => boolean }): Steps {
  return {
    say: write,
    async run(name, work) {
      if (isStopping()) throw new Error(`${name}: not begun, since everything is being stopped.`)
      const started = performance.now()
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
      const notes: string[] = []
      try {
        const result = await work((text) => notes.push(text))
        write(`✓ ${name.padEnd(44)} ${seconds().padStart(8)}${notes.length > 0 ? `   ${notes.join(', ')}` : ''}`)
        return result
      } catch (error) {
        write(`✗ ${name.padEnd(44)} ${seconds().padStart(8)}`)
        throw error
      }
    },
  }
}
