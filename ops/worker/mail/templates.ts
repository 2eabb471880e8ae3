import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { mailSchema, type RequestedMail } from '#db/outbox/requestMail.ts'
import { escapeHtml } from './plainValue.ts'

export type MailKind = RequestedMail['kind']

/** Words with slots such as `{{name}}`; `html` wants its values escaped. */
export type Template = { readonly subject: string; readonly text: string; readonly html: string }
export type Templates = Readonly<Record<MailKind, Template>>

const KINDS: readonly MailKind[] = mailSchema.options.map((option) => option.shape.kind.value)
const SUBJECT = /^Subject: (.+)\n\n/
const COMPILER = fileURLToPath(new URL('./mjmlProcess.ts', import.meta.url))
const COMPILE_TIMEOUT_MS = 60_000
const MAX_BYTES = 10_000_000
const compiledSchema = z.record(z.string(), z.string())

let templates: Promise<Templates> | null = null

/**
 * Reads the templates when the first mail needs them, once in a process. MJML takes over a second of a processor and 100 MB to load: it does so
 * in a process that ends afterwards, so that the relay here is not held up and the memory is given back (a thread kept it).
 */
export function readTemplates(): Promise<Templates> {
  templates ??= compileTemplates().catch((error: unknown) => {
    templates = null
    throw error
  })
  return templates
}

async function compileTemplates(): Promise<Templates> {
  const layout = await readTemplate('layout.mjml')
  const parts = await Promise.all(KINDS.map((kind) => readParts(kind, layout)))
  const html = await compile(Object.fromEntries(parts.map(({ kind, mjml }) => [kind, mjml])))
  const entries = parts.map(({ kind, subject, text }) => [kind, { subject, text, html: html[kind] ?? '' }] as const)
  return Object.fromEntries(entries) as Templates
}

async function readParts(kind: MailKind, layout: string) {
  const [content, words] = await Promise.all([readTemplate(`${kind}.mjml`), readTemplate(`${kind}.txt`)])
  const subject = SUBJECT.exec(words)?.[1]
  if (subject === undefined) throw new Error(`The template ${kind}.txt does not begin with its subject.`)
  const mjml = layout.replace('[[subject]]', () => escapeHtml(subject)).replace('[[content]]', () => content)
  return { kind, subject, text: words.replace(SUBJECT, ''), mjml }
}

const readTemplate = (name: string): Promise<string> => readFile(new URL(`./templates/${name}`, import.meta.url), 'utf8')

/** With an empty environment: it needs none of our secrets. */
async function compile(sources: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const running = promisify(execFile)(process.execPath, [COMPILER], { env: {}, timeout: COMPILE_TIMEOUT_MS, maxBuffer: MAX_BYTES })
  // Its end tells why it did not read.
  running.child.stdin?.on('error', () => undefined).end(JSON.stringify(sources))
  return compiledSchema.parse(JSON.parse((await running).stdout))
}
