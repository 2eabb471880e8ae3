import { SingleBar } from 'cli-progress'
import type { ImportCounts } from './runImport.ts'

export type ProgressView = {
  readonly show: (counts: Readonly<ImportCounts>, progress: number) => void
  /** A line beside the bar. */
  readonly say: (line: string) => void
  readonly stop: () => void
}

const STEPS = 1_000
const LINE_EVERY_MS = 2_000
const describe = ({ read, accepted, duplicates, rejected }: Readonly<ImportCounts>): string =>
  `${read} rows read, ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`

/** A bar on a terminal, a line now and then elsewhere; both on standard error. */
export function createProgress(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? createBar(stream) : createLines(stream)
}

function createBar(stream: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({
    format: '  {bar} {percentage}%  {text}',
    barsize: 30,
    stream,
    hideCursor: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: false,
  })
  bar.start(STEPS, 0, { text: '' })
  return {
    show: (counts, progress) => bar.update(Math.round(progress * STEPS), { text: describe(counts) }),
    say: (line) => void stream.write(`\n${line}\n`),
    stop: () => bar.stop(),
  }
}

function createLines(stream: NodeJS.WriteStream): ProgressView {
  let last = performance.now()
  return {
    show: (counts, progress) => {
      if (performance.now() - last < LINE_EVERY_MS) return
      last = performance.now()
      stream.write(`${Math.round(progress * 100)} %: ${describe(counts)}\n`)
    },
    say: (line) => void stream.write(`${line}\n`),
    stop: () => {},
  }
}
