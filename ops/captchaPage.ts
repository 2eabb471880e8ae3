import type { CaptchaPage } from './configTypes.ts'

type Provider = Omit<CaptchaPage, 'siteKey'>

const google = (host: string, more: readonly string[]): Provider => ({
  scriptUrl: `https://${host}/recaptcha/api.js`,
  sources: {
    script: [`https://${host}/recaptcha/`, 'https://www.gstatic.com/recaptcha/', ...more],
    frame: [`https://${host}/recaptcha/`, 'https://recaptcha.google.com/recaptcha/'],
    style: [],
    connect: [],
  },
})
const hcaptchaSources = ['https://hcaptcha.com', 'https://*.hcaptcha.com']
const hcaptcha: Provider = {
  scriptUrl: 'https://js.hcaptcha.com/1/api.js',
  sources: { script: hcaptchaSources, frame: hcaptchaSources, style: hcaptchaSources, connect: hcaptchaSources },
}
const turnstileSources = ['https://challenges.cloudflare.com']

/** What a page needs of each provider, as the provider documents it, by the host that looks at its tokens. */
const providers: ReadonlyMap<string, Provider> = new Map([
  ['www.google.com', google('www.google.com', [])],
  ['www.recaptcha.net', google('www.recaptcha.net', ['https://www.gstatic.cn/recaptcha/'])],
  ['hcaptcha.com', hcaptcha],
  ['api.hcaptcha.com', hcaptcha],
  [
    'challenges.cloudflare.com',
    {
      scriptUrl: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
      sources: { script: turnstileSources, frame: turnstileSources, style: [], connect: [] },
    },
  ],
])

/** A script of the operator's own may load from and ask its own host, and no other. Null where nobody names one and the provider is none that is known. */
export function captchaProviderOf(verifyUrl: string | undefined, scriptUrl: string | undefined): Provider | null {
  if (scriptUrl === undefined) return verifyUrl === undefined ? null : (providers.get(new URL(verifyUrl).hostname) ?? null)
  const own = [new URL(scriptUrl).origin]
  return { scriptUrl, sources: { script: own, frame: own, style: own, connect: own } }
}
