/** An SVG as a PNG, for views that show neither scripts nor SVG; null where the renderer is not installed for this machine. */
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

type Resvg = typeof import('@resvg/resvg-js')
const load = createRequire(import.meta.url)
let renderer: Resvg | null | undefined

/** The picture in base64, `width` pixels wide. Its text is drawn with a font of our own, so that it is the same on every machine. */
export function pngOf(svg: string, width = 720): string | null {
  if (renderer === undefined) { try { renderer = load('@resvg/resvg-js') as Resvg } catch { renderer = null } }
  if (renderer === null) return null
  const font = fontFile()
  if (font === null) return null
  return new renderer.Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: 'DejaVu Sans' } }).render().asPng().toString('base64')
}

// The renderer reads fonts from files and knows no WOFF: the font is unpacked once into the user's cache.
let unpacked: string | null = null
function fontFile(): string | null {
  if (unpacked !== null) return unpacked
  const packed = join(dirname(load.resolve('@fontsource/dejavu-sans/package.json')), 'files', 'dejavu-sans-latin-400-normal.woff')
  const { version } = load('@fontsource/dejavu-sans/package.json') as { version: string }
  for (const folder of [process.env['MICROLOTE_CACHE'] ?? join(homedir(), '.cache', 'microlote'), tmpdir()]) {
    const path = join(folder, `microlote-dejavu-sans-${version}.ttf`), own = `${path}.${process.pid}`
    try {
      if (!existsSync(path)) {
        mkdirSync(folder, { recursive: true })
        writeFileSync(own, unwoff(readFileSync(packed)))
        renameSync(own, path)
      }
      return unpacked = path
    } catch { /* a home that cannot be written: the next folder */ }
  }
  return null
}

/** A WOFF 1.0 font as the TrueType file it was made from: a table directory and tables, deflated one by one. */
export function unwoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF font')
  const flavor = woff.readUInt32BE(4), count = woff.readUInt16BE(12)
  const power = 2 ** Math.floor(Math.log2(count)), head = Buffer.alloc(12 + 16 * count)
  head.writeUInt32BE(flavor, 0)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(power * 16, 6)
  head.writeUInt16BE(Math.log2(power), 8)
  head.writeUInt16BE((count - power) * 16, 10)
  const tables: Buffer[] = []
  let at = head.length
  for (let i = 0; i < count; i++) {
    const e = 44 + 20 * i, offset = woff.readUInt32BE(e + 4), packed = woff.readUInt32BE(e + 8), length = woff.readUInt32BE(e + 12)
    const bytes = woff.subarray(offset, offset + packed), table = packed < length ? inflateSync(bytes) : bytes
    head.set(woff.subarray(e, e + 4), 12 + 16 * i)
    head.writeUInt32BE(woff.readUInt32BE(e + 16), 16 + 16 * i)
    head.writeUInt32BE(at, 20 + 16 * i)
    head.writeUInt32BE(length, 24 + 16 * i)
    const padded = Buffer.alloc((length + 3) & ~3)
    table.copy(padded)
    tables.push(padded)
    at += padded.length
  }
  return Buffer.concat([head, ...tables])
}
