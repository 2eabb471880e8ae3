import { First } from './0001First.ts'
import { Ingest } from './0002Ingest.ts'

/** Every migration in order. Append only: one that has run anywhere is never changed. */
export const MIGRATIONS = [
  { name: '0001First', class: First },
  { name: '0002Ingest', class: Ingest },
]
