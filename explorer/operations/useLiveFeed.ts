import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { conversionFilter, type LiveQuery } from '../query/liveQuery.ts'
import type { LiveSubscriptionVariables } from './generated/graphql.ts'
import { continued, emptyFeed, isFull, minuteMs, minutesShown, paused, withEntries } from './liveFeed.ts'
import { subscribeLive } from './liveSocket.ts'
import { openLiveStream, type LiveBatch, type LiveStatus } from './liveStream.ts'

const later = (call: () => void, ms: number) => {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

/** The conversions that meet the question as they come, those since the question's instant or of the last minutes first. Nothing is asked before `isAllowed`. */
export function useLiveFeed(query: () => LiveQuery, isAllowed: () => boolean) {
  const feed = shallowRef(emptyFeed)
  const status = shallowRef<LiveStatus>({ kind: 'connecting' })
  const gap = shallowRef<LiveBatch['gap']>(null)
  /** Whether the stream was put down because too much waits. */
  const isHeld = ref(false)
  /** The first instant whose conversions are among those received. */
  const since = ref('')
  const question = computed(() => JSON.stringify([conversionFilter(query()), query().at]))
  let stream: { readonly stop: () => string | null } | null = null
  let heldAt: string | null = null

  function onBatch(batch: LiveBatch): void {
    if (batch.gap !== null) gap.value = batch.gap
    if (batch.entries.length > 0) feed.value = withEntries(feed.value, batch.entries, Date.now())
    if (!isFull(feed.value)) return
    heldAt = stream?.stop() ?? null
    isHeld.value = true
  }

  function open(start: Pick<LiveSubscriptionVariables, 'after' | 'from'>): void {
    const filter = conversionFilter(query())
    stream = openLiveStream({ subscribe: subscribeLive, start, where: filter, onBatch, onStatus: (next) => (status.value = next), later })
  }

  function begin(): void {
    stream?.stop()
    feed.value = { ...emptyFeed, isPaused: feed.value.isPaused }
    gap.value = null
    isHeld.value = false
    since.value = query().at ?? new Date(Date.now() - minutesShown * minuteMs).toISOString()
    open({ from: { at: since.value } })
  }

  function setPaused(isPaused: boolean): void {
    feed.value = isPaused ? paused(feed.value) : continued(feed.value)
    if (isPaused || !isHeld.value) return
    isHeld.value = false
    open({ after: heldAt })
  }

  watch([question, isAllowed], ([, isIn]) => isIn && begin(), { immediate: true })
  onScopeDispose(() => stream?.stop())
  return { feed, status, gap, since, isHeld, setPaused, restart: begin }
}
