/** What reCAPTCHA, hCaptcha and Turnstile have in common, as they document it. */
export type CaptchaWidgets = {
  /** Answers the widget's own name. */
  readonly render: (place: HTMLElement, options: CaptchaOptions) => unknown
  readonly reset: (widget: unknown) => void
  /** reCAPTCHA has none. */
  readonly remove?: (widget: unknown) => void
}

type CaptchaOptions = {
  readonly sitekey: string
  readonly theme: 'light' | 'dark'
  readonly callback: (token: string) => void
  readonly 'expired-callback': () => void
  readonly 'error-callback': () => void
}

/** hCaptcha takes the name of reCAPTCHA too, so that its own comes first. */
const globals = ['hcaptcha', 'turnstile', 'grecaptcha'] as const
const onLoadName = 'umgCaptchaLoaded'
const patienceMs = 20_000

let loading: Promise<CaptchaWidgets> | null = null

/** Loads the provider's script once, and not before somebody is asked for a captcha. A failure is thrown, and forgotten: the next call tries again. */
export function loadCaptcha(scriptUrl: string): Promise<CaptchaWidgets> {
  loading ??= load(scriptUrl).catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function load(scriptUrl: string): Promise<CaptchaWidgets> {
  const page = globalThis as Record<string, unknown>
  const script = document.createElement('script')
  const address = new URL(scriptUrl)
  address.searchParams.set('render', 'explicit')
  address.searchParams.set('onload', onLoadName)
  script.src = address.href
  script.async = true
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // That the file is there is not enough: reCAPTCHA's loads another, and calls back after that.
  page[onLoadName] = () => resolve()
  script.addEventListener('error', () => reject(new Error('The script of the captcha could not be loaded.')))
  const timer = setTimeout(() => reject(new Error('The captcha did not begin.')), patienceMs)
  try {
    document.head.append(script)
    await promise
    const widgets = globals.map((name) => page[name]).find(isWidgets)
    if (widgets === undefined) throw new Error('The script of the captcha defines none that is known.')
    return widgets
  } catch (error) {
    script.remove()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function isWidgets(value: unknown): value is CaptchaWidgets {
  return typeof value === 'object' && value !== null && 'render' in value && typeof value.render === 'function'
}
