// A process of its own, which ends when it has answered (templates.ts): MJML by kind comes in, HTML by kind goes out, both as JSON.
import { json } from 'node:stream/consumers'
import mjml2html from 'mjml'
import { z } from 'zod'

// No fonts from elsewhere: they would tell their host who reads which mail.
const OPTIONS = { validationLevel: 'strict', fonts: {}, keepComments: false } as const

const sources = z.record(z.string(), z.string()).parse(await json(process.stdin))
const compiled: Record<string, string> = {}
for (const [kind, source] of Object.entries(sources)) compiled[kind] = (await mjml2html(source, OPTIONS)).html
process.stdout.write(JSON.stringify(compiled))
