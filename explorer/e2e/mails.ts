import { until } from '#ops/e2e/system.ts'
import type { Explorer } from './browser.ts'

/** What a new account of a test has; no meter minds it. */
export const goodPassword = 'teal-Harbour-93-quiet-lantern'
export const nextPassword = 'amber-Orchard-17-slow-violin'

type Mail = { readonly to: string; readonly text: string }

/** The path and query of the link of the newest mail to an address that leads to such a page; waits until it is there. */
export async function linkOfMail({ url }: Explorer, to: string, page: string): Promise<string> {
  let found: string | null = null
  const isThere = async () => {
    const mails = (await (await fetch(`${url}/api/dev/outbox`)).json()) as readonly Mail[]
    const links = mails.filter((mail) => mail.to === to).flatMap(({ text }) => text.match(/https?:\/\/[^\s<>")]+/g) ?? [])
    const link = links.map((each) => new URL(each)).find(({ pathname }) => pathname === page)
    found = link === undefined ? null : link.pathname + link.search
    return found !== null
  }
  await until(isThere, { what: `a mail to ${to} with a link to ${page}`, timeoutMs: 60_000 })
  return found ?? ''
}

/** Makes an account past its page. */
export async function registerByRequest({ url }: Explorer, email: string): Promise<{ readonly email: string; readonly password: string }> {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: goodPassword, name: 'Robin Tester' }),
  })
  if (answer.status !== 201) throw new Error(`The registration of ${email} was answered with ${answer.status}: ${await answer.text()}`)
  return { email, password: goodPassword }
}
