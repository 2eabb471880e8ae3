import type { StreamStart } from '../operations/generated/graphql.ts'

/** Where a stream begins, while it is filled in: `local` is what a field of the browser holds, in the reader's zone. */
export type StartDraft = { readonly kind: 'BEGINNING' | 'END' | 'AT'; readonly local: string }

/** As the API takes it; null while the instant is none. */
export function startOf({ kind, local }: StartDraft): StreamStart | null {
  if (kind !== 'AT') return { position: kind }
  const at = Date.parse(local)
  return Number.isNaN(at) ? null : { at: new Date(at).toISOString() }
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** As the browser's own field takes it: without a zone, in the reader's. */
export function localOf(date: Date): string {
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`
}
