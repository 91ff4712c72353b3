/** Writes what a run measured to bench/results and prints it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { barLine, met } from './bars.ts'
import type { Section, Table } from './bars.ts'

/** The machine in words that name no one's. */
export function machine(): Readonly<Record<string, unknown>> {
  return {
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    java: javaVersion(),
    load1: Math.round(loadavg()[0] * 100) / 100
  }
}

function javaVersion(): string | null {
  // Java says its version on the error output.
  const { stdout, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', timeout: 10_000 })
  return /version "([^"]+)"/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1] ?? null
}

/** Writes `results/NAME.json`, over what an earlier run left there. */
export function writeSection(folder: string, section: Section, about: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true })
  const bars = section.bars.map(bar => ({ ...bar, met: met(bar) }))
  const { name, title, input, runs, faults } = section
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ name, title, ...about, input, bars, faults, runs }, null, 1)}\n`)
}

/** The section as text: table, bars, faults. */
export function sectionText(section: Section): string {
  const lines = [`\n${section.title}`, ...tableLines(section.table), ...section.bars.map(barLine), ...section.faults.map(f => `  FAULT   ${f}`)]
  return lines.join('\n')
}

function tableLines({ head, rows }: Table): string[] {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map(row => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`.trimEnd()
  return [line(head), `  ${widths.map(w => '-'.repeat(w)).join('  ')}`, ...rows.map(line)]
}
