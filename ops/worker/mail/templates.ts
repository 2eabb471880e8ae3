import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { mailSchema, type RequestedMail } from '#db/outbox/requestMail.ts'
import { escapeHtml } from './plainValue.ts'

export type MailKind = RequestedMail['kind']

/** Words with slots such as `{{name}}`; `html` wants its values escaped. */
export type Template = { readonly subject: string; readonly text: string; readonly html: string }
export type Templates = Readonly<Record<MailKind, Template>>

const KINDS: readonly MailKind[] = mailSchema.options.map((option) => option.shape.kind.value)
const SUBJECT = /^Subject: (.+)\n\n/
const compiledSchema = z.record(z.string(), z.string())

let templates: Promise<Templates> | null = null

/**
 * Reads the templates when the first mail needs them, once in a process. MJML takes over a second of a processor and 100 MB to load: it does so
 * in a thread that ends afterwards, so that the relay beside it is not held up and the memory is given back.
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

function compile(sources: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./mjmlThread.ts', import.meta.url), { workerData: sources, execArgv: [] })
    thread.once('message', (compiled) => resolve(compiledSchema.parse(compiled)))
    thread.once('error', reject)
    // After an answer this changes nothing.
    thread.once('exit', (code) => reject(new Error(`The thread that compiles mails ended with ${code} and did not answer.`)))
  })
}
