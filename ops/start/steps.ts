// The list of steps that a start prints, each with its time.
export type Steps = {
  /** Runs one step and prints it with its time; a failure is printed and thrown on. */
  run<T>(name: string, work: (note: (text: string) => void) => Promise<T> | T): Promise<T>
  say(text: string): void
}

export function createSteps(write: (line: string) => void): Steps {
  return {
    say: write,
    async run(name, work) {
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
