import { ref, shallowRef, watch } from 'vue'
import { useIsVisible } from '../design/useIsVisible.ts'
import type { Failure } from '../session/failure.ts'

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
  const isVisible = useIsVisible()
  const mails = shallowRef<readonly OutboxMail[] | null>(null)
  const isThere = ref(true)
  const failure = shallowRef<Failure | null>(null)
  const attempt = ref(0)

  async function look(): Promise<void> {
    try {
      const response = await fetch('/api/dev/outbox')
      isThere.value = response.status !== 404
      if (!isThere.value) return
      if (!response.ok) throw new Error(`The outbox was answered with ${response.status}.`)
      const found = (await response.json()) as readonly OutboxMail[]
      // The same mails stay the same objects, so that the one that is read is not drawn anew.
      if (mails.value?.map(({ id }) => id).join() !== found.map(({ id }) => id).join()) mails.value = found
      failure.value = null
    } catch (error) {
      failure.value = { kind: 'unavailable', message: error instanceof Error ? error.message : 'The outbox does not answer.' }
    }
  }

  watch(
    [isVisible, attempt],
    ([isShown], _before, onCleanup) => {
      if (!isShown) return
      let timer: ReturnType<typeof setTimeout> | undefined
      let isOver = false
      const tick = async (): Promise<void> => {
        await look()
        if (!isOver && isThere.value) timer = setTimeout(() => void tick(), everyMs)
      }
      void tick()
      onCleanup(() => {
        isOver = true
        clearTimeout(timer)
      })
    },
    { immediate: true },
  )
  return { mails, isThere, failure, retry: () => (attempt.value += 1) }
}
