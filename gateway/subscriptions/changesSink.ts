import type { AnswerRevision, AnswerRevisions } from './answerRevisions.ts'
import type { Sink } from './streamHub.ts'

/** Tells a client that asked for it what changed since the answer that it was told last, the first answer whole; the same answer again is no change. */
export function changesSink(sink: Sink, revisions: AnswerRevisions): Sink {
  let told: AnswerRevision | null = null
  return {
    ...sink,
    deliver: (text, place) => {
      const revision = revisions.of(text)
      if (revision === told) return
      sink.deliver(told === null ? revision.whole : revision.after(told), place)
      told = revision
    },
  }
}

/** Whether the operation's extensions ask for changes: `{ "live": { "patch": true } }`. */
export function wantsChanges(extensions: Readonly<Record<string, unknown>> | null | undefined): boolean {
  const live = extensions?.['live']
  return typeof live === 'object' && live !== null && 'patch' in live && live.patch === true
}
