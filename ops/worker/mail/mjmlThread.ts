// Runs in a thread of its own, which ends when it has answered (templates.ts).
import { parentPort, workerData } from 'node:worker_threads'
import mjml2html from 'mjml'
import { z } from 'zod'

// No fonts from elsewhere: they would tell their host who reads which mail.
const OPTIONS = { validationLevel: 'strict', fonts: {}, keepComments: false } as const

const sources = z.record(z.string(), z.string()).parse(workerData)
const compiled: Record<string, string> = {}
for (const [kind, source] of Object.entries(sources)) compiled[kind] = (await mjml2html(source, OPTIONS)).html
// The rule is about windows; a thread has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(compiled)
