// A provider of captchas as reCAPTCHA is one, seen from outside: a script that defines grecaptcha, and an address that looks at each token once.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export type CaptchaProvider = {
  /** What the system is configured with. */
  readonly env: Readonly<Record<string, string>>
  /** Whether its script can be had. */
  isUp: boolean
  /** How many tokens were looked at, and how many of them were good. */
  readonly looked: { good: number; bad: number }
  readonly close: () => void
}

const siteKey = 'site-key-of-the-test'
const secret = 'secret-of-the-test'

/** The widget is one button; each press asks the provider for a token, as a solved riddle would. */
const script = (origin: string) => `
globalThis.grecaptcha = (() => {
  const widgets = []
  const draw = (widget) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = 'I am not a robot'
    button.addEventListener('click', async () => {
      const answer = await fetch(${JSON.stringify(`${origin}/token?k=`)} + encodeURIComponent(widget.options.sitekey), { method: 'POST' })
      widget.token = await answer.text()
      button.textContent = 'Solved'
      widget.options.callback(widget.token)
    })
    widget.token = ''
    widget.place.replaceChildren(button)
  }
  return {
    render(place, options) {
      if (place.childElementCount > 0) throw new Error('reCAPTCHA has already been rendered in this element')
      widgets.push({ place, options, token: '' })
      draw(widgets.at(-1))
      return widgets.length - 1
    },
    reset(id) {
      draw(widgets[id])
    },
    getResponse(id) {
      return widgets[id].token
    },
  }
})()
const onload = new URL(document.currentScript.src).searchParams.get('onload')
if (onload !== null) setTimeout(() => globalThis[onload]())
`

export async function startCaptchaProvider(): Promise<CaptchaProvider> {
  const good = new Set<string>()
  const provider = { isUp: true, looked: { good: 0, bad: 0 } }
  let origin = ''

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname === '/api.js' && provider.isUp) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script(origin))
    if (url.pathname === '/token' && url.searchParams.get('k') === siteKey) {
      const token = randomUUID()
      good.add(token)
      return void response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' }).end(token)
    }
    if (url.pathname === '/siteverify') {
      const form = new URLSearchParams(await text(request))
      const isGood = form.get('secret') === secret && good.delete(form.get('response') ?? '')
      provider.looked[isGood ? 'good' : 'bad'] += 1
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ success: isGood }))
    }
    response.writeHead(503).end()
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  origin = `http://127.0.0.1:${address.port}`
  const env = {
    CAPTCHA_VERIFY_URL: `${origin}/siteverify`,
    CAPTCHA_SECRET: secret,
    CAPTCHA_SITE_KEY: siteKey,
    CAPTCHA_SCRIPT_URL: `${origin}/api.js`,
  }
  return Object.assign(provider, { env, close: () => void server.close() })
}
