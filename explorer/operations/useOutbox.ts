import { ref, shallowRef } from 'vue'
import type { Failure } from '../session/failure.ts'
import { usePolling } from './usePolling.ts'

/** A mail that was kept in a folder, where a mail server would have sent it. */
export type OutboxMail = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly at: string
  readonly text: string
  readonly html: string
}

const everyMs = 3_000

/** The mails of a copy in development, asked again while the page can be seen. `isThere` is false where mails are really sent. */
export function useOutbox() {
  const mails = shallowRef<readonly OutboxMail[] | null>(null)
  const isThere = ref(true)
  const failure = shallowRef<Failure | null>(null)

  async function ask(): Promise<boolean> {
    try {
      const response = await fetch('/api/dev/outbox')
      isThere.value = response.status !== 404
      if (!isThere.value) return false
      if (!response.ok) throw new Error(`The outbox was answered with ${response.status}.`)
      const found = (await response.json()) as readonly OutboxMail[]
      // The same mails stay the same objects, so that the one that is read is not drawn anew.
      if (mails.value?.map(({ id }) => id).join() !== found.map(({ id }) => id).join()) mails.value = found
      failure.value = null
    } catch (error) {
      failure.value = { kind: 'unavailable', message: error instanceof Error ? error.message : 'The outbox does not answer.' }
    }
    return true
  }

  const { retry } = usePolling({ ask, everyMs })
  return { mails, isThere, failure, retry }
}
