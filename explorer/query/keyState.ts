import { ago } from '../design/ago.ts'

/** Whether a key works, and how that is said. */
export type KeyState = { readonly isWorking: boolean; readonly text: string; readonly tone: 'good' | 'warn' | 'bad' }

const soonMs = 7 * 86_400_000

export function keyState({ revokedAt, expiresAt }: { readonly revokedAt: string | null; readonly expiresAt: string | null }, nowMs: number): KeyState {
  if (revokedAt !== null) return { isWorking: false, text: `revoked ${ago(revokedAt, nowMs)}`, tone: 'bad' }
  if (expiresAt === null) return { isWorking: true, text: 'works', tone: 'good' }
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return { isWorking: false, text: `ended ${ago(expiresAt, nowMs)}`, tone: 'bad' }
  return { isWorking: true, text: `ends ${ago(expiresAt, nowMs)}`, tone: leftMs < soonMs ? 'warn' : 'good' }
}
