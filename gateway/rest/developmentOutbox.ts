import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

/** What the worker writes beside each mail of the development outbox. */
const mailSchema = z.object({ id: z.string(), to: z.string(), subject: z.string(), at: z.iso.datetime(), text: z.string(), html: z.string() })
export type OutboxMail = z.infer<typeof mailSchema>

const MAX_MAILS = 100
const MAX_FILES = 10_000
const FILE = /^[A-Za-z0-9-]{1,100}\.json$/
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]'])
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * GET / (the newest 100, newest first) and GET /:id: mails of development as JSON. They hold tokens, so only a program on this machine that asks this
 * machine by its own name gets them, and no page from elsewhere; to everybody else they are not there.
 */
export function registerDevelopmentOutbox(server: FastifyInstance, folder: string): void {
  server.get('/', async (request, reply) => (isOfThisMachine(request) ? answer(reply, await readMails(folder)) : reply.callNotFound()))
  server.get<{ Params: { id: string } }>('/:id', async (request, reply) => {
    const mail = isOfThisMachine(request) ? await readMail(folder, `${request.params.id}.json`) : null
    return mail === null ? reply.callNotFound() : answer(reply, mail)
  })
}

const answer = (reply: FastifyReply, body: OutboxMail | readonly OutboxMail[]): FastifyReply => reply.header('cache-control', 'no-store').send(body)

/** A proxy on this machine has a loopback address whoever asks it; a page whose name was turned to this machine asks under its own name. */
function isOfThisMachine({ headers, socket }: FastifyRequest): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? '') || FORWARDED.some((name) => headers[name] !== undefined)) return false
  const site = headers['sec-fetch-site']
  return (site === undefined || site === 'same-origin' || site === 'none') && LOOPBACK_HOSTS.has(hostnameOf(headers.host))
}

const hostnameOf = (host: string | undefined): string => (host !== undefined && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '')

async function readMails(folder: string): Promise<readonly OutboxMail[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => FILE.test(name)).slice(0, MAX_FILES)
  const files = await Promise.all(names.map(async (name) => ({ name, mtimeMs: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })))
  const newest = files.toSorted((a, b) => b.mtimeMs - a.mtimeMs).slice(0, MAX_MAILS)
  const mails = await Promise.all(newest.map(({ name }) => readMail(folder, name)))
  return mails.filter((mail) => mail !== null).toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

/** null when there is none, or no mail. */
async function readMail(folder: string, name: string): Promise<OutboxMail | null> {
  if (!FILE.test(name)) return null
  const text = await readFile(join(folder, name), 'utf8').catch(() => null)
  return text === null ? null : parseMail(text)
}

function parseMail(text: string): OutboxMail | null {
  try {
    return mailSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
