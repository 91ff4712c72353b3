/** Both file systems keep the promises of `Files`; the local one also with real folders, processes and full disks. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { spawnSync } from 'node:child_process'
import { localFiles } from '../../engine/storage/local-files.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { FaultyFiles, SimulatedCrash, faultAt } from '../../engine/storage/faulty-files.ts'
import { baseName, dirName, joinPath } from '../../engine/storage/files.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { bytes, filesContract, storageFailed, type Within } from './contract.ts'


async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = fs.mkdtempSync(tmpdir() + '/microlote-files-')
  try { await body(dir) } finally { fs.rmSync(dir, { recursive: true, force: true }) }
}

const systems: [string, Within][] = [
  ['local', body => withFolder(dir => body(localFiles, dir))],
  ['memory', body => body(new MemoryFiles(), '/m')],
]

for (const [name, within] of systems) filesContract(name, within)

test('local: a dead process\'s lock is taken over, a living one\'s is not', () => withFolder(async dir => {
  const path = `${dir}/.lock`
  const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).stdout.trim()
  const { hostname } = await import('node:os')
  fs.writeFileSync(path, JSON.stringify({ pid: Number(dead), host: hostname() }))
  const taken = await localFiles.tryLock(path)
  assert.ok(taken.held)
  await taken.release()
  fs.writeFileSync(path, JSON.stringify({ pid: process.ppid, host: hostname() }))
  const refused = await localFiles.tryLock(path)
  assert.ok(!refused.held && refused.owner.includes(String(process.ppid)))
  fs.writeFileSync(path, '{"pid": 1')
  const broken = await localFiles.tryLock(path)
  assert.ok(broken.held)
  await broken.release()
  assert.deepEqual(fs.readdirSync(dir), [])
}))

test('local: many writers of one name, one wins and nothing temporary stays', () => withFolder(async dir => {
  const won = await Promise.all(Array.from({ length: 20 }, (_, i) => localFiles.writeAtomic(`${dir}/0`, bytes(String(i)), { overwrite: false })))
  assert.equal(won.filter(Boolean).length, 1)
  assert.deepEqual(fs.readdirSync(dir), ['0'])
}))

test('local: failures carry the condition, the path and the cause', () => withFolder(async dir => {
  fs.writeFileSync(`${dir}/file`, 'x')
  for (const attempt of [() => localFiles.writeAtomic(`${dir}/file/0`, bytes('x'), { overwrite: true }), () => localFiles.mkdirs(`${dir}/file/d`), () => localFiles.list(`${dir}/file`)]) {
    await assert.rejects(attempt(), (e: unknown) => storageFailed(e) && (e as SparkError).parameters['path']!.startsWith(`${dir}/file`) && (e as SparkError).cause instanceof Error)
  }
}))

test('local: a full disk loses nothing and leaves nothing', { skip: !fs.existsSync('/dev/full') }, () => withFolder(async dir => {
  // A folder cannot be filled up here, but a descriptor limit of size can: RLIMIT_FSIZE makes the write of a longer file fail half way.
  const script = `${dir}/writer.mjs`
  const target = `${dir}/out/0`
  const module = new URL('../../engine/storage/local-files.ts', import.meta.url).href
  fs.writeFileSync(script, `import { localFiles } from ${JSON.stringify(module)}
    process.on('SIGXFSZ', () => {})
    await localFiles.writeAtomic(${JSON.stringify(target)}, new Uint8Array(10), { overwrite: true })
    for (const size of [200000, 3000000]) {
      try { await localFiles.writeAtomic(${JSON.stringify(target)}, new Uint8Array(size), { overwrite: true }); console.log('written') } catch (e) { console.log(e.condition) }
    }`)
  const run = spawnSync('sh', ['-c', `ulimit -f 64; exec "$0" "$1"`, process.execPath, script], { encoding: 'utf8' })
  assert.equal(run.stdout, 'MICROLOTE_STORAGE_FAILED\nMICROLOTE_STORAGE_FAILED\n', run.stderr)
  assert.deepEqual(fs.readdirSync(`${dir}/out`), ['0'])
  assert.equal(fs.statSync(target).size, 10)
  // Of a file that may tear nothing stays: what was there before was not needed.
  fs.writeFileSync(script, fs.readFileSync(script, 'utf8').replaceAll('overwrite: true', 'overwrite: true, mayTear: true'))
  const torn = spawnSync('sh', ['-c', `ulimit -f 64; exec "$0" "$1"`, process.execPath, script], { encoding: 'utf8' })
  assert.equal(torn.stdout, 'MICROLOTE_STORAGE_FAILED\nMICROLOTE_STORAGE_FAILED\n', torn.stderr)
  assert.deepEqual(fs.readdirSync(`${dir}/out`), [])
  // Nor of one written in place; what failed is told at its end.
  fs.writeFileSync(script, `import { localFiles } from ${JSON.stringify(module)}
    process.on('SIGXFSZ', () => {})
    const file = localFiles.inPlace().create(${JSON.stringify(target)}, {})
    for (let i = 0; i < 4; i++) file.append(new Uint8Array(100000))
    try { await file.commit(); console.log('written') } catch (e) { console.log(e.condition) }`)
  const grown = spawnSync('sh', ['-c', `ulimit -f 64; exec "$0" "$1"`, process.execPath, script], { encoding: 'utf8' })
  assert.equal(grown.stdout, 'MICROLOTE_STORAGE_FAILED\n', grown.stderr)
  assert.deepEqual(fs.readdirSync(`${dir}/out`), [])
}))

test('local: the checksum Hadoop keeps beside a file goes with the file', () => withFolder(async dir => {
  fs.writeFileSync(`${dir}/0`, 'old'); fs.writeFileSync(`${dir}/.0.crc`, 'sum')
  await localFiles.writeAtomic(`file:${dir}/0`, bytes('new'), { overwrite: true })
  fs.writeFileSync(`${dir}/.0.crc`, 'sum')
  await localFiles.writeAtomic(`file:${dir}/0`, bytes('newer'), { overwrite: true, mayTear: true })
  fs.writeFileSync(`${dir}/1`, 'old'); fs.writeFileSync(`${dir}/.1.crc`, 'sum')
  await localFiles.delete(`file://${dir}/1`)
  assert.deepEqual(fs.readdirSync(dir), ['0'])
}))

test('faulty: fails or crashes at the step told', async () => {
  for (const [fault, there] of [['fail-before', false], ['fail-after', true], ['crash-before', false], ['crash-after', true]] as const) {
    const inner = new MemoryFiles()
    const files = new FaultyFiles(inner, faultAt(1, fault))
    await files.writeAtomic('d/0', bytes('0'), { overwrite: false })
    await assert.rejects(files.writeAtomic('d/1', bytes('1'), { overwrite: false }))
    assert.equal(await inner.exists('d/1'), there, fault)
    if (fault.startsWith('crash')) await assert.rejects(files.exists('d/0'), SimulatedCrash)
    else assert.equal(await files.exists('d/0'), true)
    assert.equal(files.crashed, fault.startsWith('crash'))
  }
})

test('paths', () => {
  assert.equal(joinPath('/a/', 'b', '', 'c'), '/a/b/c')
  assert.equal(joinPath('/', 'b'), '/b')
  assert.deepEqual([dirName('/a'), dirName('a'), dirName('/a/b/c'), baseName('/a/b')], ['/', '.', '/a/b', 'b'])
})

test('a file that grows by more than 2 GiB before the disk has its turn', () => withFolder(async dir => {
  // One piece of memory many times: only the disk sees all of it.
  const path = `${dir}/large`, piece = new Uint8Array(1 << 26).fill(7), last = Uint8Array.of(1, 2, 3)
  const writer = localFiles.inPlace!(path)!.create(path, { sync: false })
  for (let i = 0; i < 33; i++) writer.append(piece)
  writer.append(last)
  await writer.commit()
  const length = 33 * piece.length + 3
  assert.equal(fs.statSync(path).size, length)
  assert.deepEqual([...await localFiles.readRange(path, length - 5, length)], [7, 7, 1, 2, 3])
}))
