import { ref, shallowRef } from 'vue'
import { saveBlob } from '../design/saveFile.ts'
import type { Failure } from '../session/failure.ts'
import { freshToken } from '../session/session.ts'

export type ExportFormat = 'csv' | 'ndjson'

/** Saves the whole audit log as a file, byte by byte as the server says it: so npm run audit:verify can check it. */
export function useAuditExport() {
  const isSaving = ref(false)
  const failure = shallowRef<Failure | null>(null)

  async function save(format: ExportFormat, slug: string): Promise<void> {
    isSaving.value = true
    failure.value = null
    try {
      const token = await freshToken()
      const response = await fetch(`/api/audit/export?format=${format}`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } })
      if (response.ok) saveBlob(`audit-${slug}.${format}`, await response.blob())
      else failure.value = { kind: 'failed', message: await messageOf(response), requestId: null }
    } catch {
      failure.value = { kind: 'unavailable', message: 'The export broke off: the server cannot be reached, or the session has ended. Try again.' }
    } finally {
      isSaving.value = false
    }
  }
  return { save, isSaving, failure }
}

async function messageOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null)
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message
  return typeof message === 'string' ? message : `The export was answered with ${response.status}.`
}
