// What a browser loads of the explorer: bytes as they travel (gzip), for the first page and for each part that comes later.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Figures } from './figure.ts'

const KB = 1000

/** `folder` holds the built explorer. */
export function benchBundle({ folder, figures }: { readonly folder: string; readonly figures: Figures }): void {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const parts = readdirSync(join(folder, 'assets'))
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(join(folder, 'assets', name))).length, isFirst: page.includes(name) }))
    .toSorted((a, b) => b.bytes - a.bytes)
  const sum = (some: typeof parts) => some.reduce((total, part) => total + part.bytes, 0) / KB
  figures.add({ name: 'explorer, loaded with the first page', value: sum(parts.filter((part) => part.isFirst)), unit: 'kB gzip' })
  figures.add({ name: 'explorer, everything', value: sum(parts), unit: 'kB gzip' })
  for (const part of parts.filter(({ bytes }) => bytes > 10 * KB))
    figures.add({
      name: `explorer ${part.name.replace(/-[\w-]{8}\./, '.')}`,
      value: part.bytes / KB,
      unit: `kB gzip${part.isFirst ? ', first page' : ', when needed'}`,
    })
}
