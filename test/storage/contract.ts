/** The promises of `Files`, for every file system: what the disk, the memory and an S3 store must do alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { dirName, joinPath, type Files } from '../../engine/storage/files.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const storageFailed = (e: unknown): boolean => e instanceof SparkError && e.condition === 'MICROLOTE_STORAGE_FAILED'

/** Gives files and a folder of their own that is not there yet or empty, and takes them away again. */
export type Within = (body: (files: Files, dir: string) => Promise<void>) => Promise<void>

/** Runs the contract. */
export function filesContract(name: string, within: Within): void {
  test(`${name}: write, create-if-absent, list, delete, rename`, () => within(async (files, dir) => {
    const path = joinPath(dir, 'a', 'b', '0')
    assert.equal(await files.writeAtomic(path, bytes('one'), { overwrite: false }), true)
    assert.equal(await files.writeAtomic(path, bytes('two'), { overwrite: false }), false)
    assert.equal(await files.readText(path), 'one')
    assert.equal(await files.writeAtomic(path, bytes('three'), { overwrite: true }), true)
    assert.equal(await files.readText(path), 'three')
    for (const text of ['and four', 'three']) assert.deepEqual([await files.writeAtomic(path, bytes(text), { overwrite: true, mayTear: true }), await files.readText(path)], [true, text])
    assert.equal(await files.writeAtomic(joinPath(dir, 'a', 'b', '0'), bytes('none'), { overwrite: false, mayTear: true }), false)
    const beside = { beside: true }
    assert.deepEqual([await files.writeAtomic(path, bytes('two'), { overwrite: false, ...beside }), await files.readText(path)], [false, 'three'])
    assert.deepEqual([await files.writeAtomic(path, bytes('there'), { overwrite: true, ...beside }), await files.readText(path)], [true, 'there'])
    assert.deepEqual([await files.writeAtomic(joinPath(dir, 'a', 'c', '1'), bytes('new'), { overwrite: false, ...beside }), await files.readText(joinPath(dir, 'a', 'c', '1'))], [true, 'new'])
    assert.deepEqual((await files.list(joinPath(dir, 'a', 'c'))).map(e => e.name), ['1'])
    const [entry, ...others] = await files.list(dirName(path))
    assert.deepEqual([entry!.name, entry!.sizeBytes, entry!.isDirectory, others.length], ['0', 5, false, 0])
    assert.deepEqual((await files.list(dir)).map(e => [e.name, e.isDirectory]), [['a', true]])
    assert.deepEqual(await files.list(joinPath(dir, 'absent')), [])
    assert.equal(await files.tryRead(joinPath(dir, 'absent')), null)
    // Below a file there is nothing either: a reader of one file looks there for a sink's log.
    assert.deepEqual([await files.list(joinPath(path, 'below')), await files.tryRead(joinPath(path, 'below'))], [[], null])
    await assert.rejects(files.read(joinPath(dir, 'absent')), storageFailed)
    await files.rename(path, joinPath(dir, 'a', 'b', '1'))
    assert.equal(await files.exists(path), false)
    await files.delete(path)
    await files.delete(joinPath(dir, 'a'), true)
    assert.equal(await files.exists(joinPath(dir, 'a', 'b', '1')), false)
  }))

  test(`${name}: a file written in pieces shows up at commit only`, () => within(async (files, dir) => {
    const path = joinPath(dir, 'big')
    const writer = await files.createAtomic(path, { overwrite: false })
    await writer.write(bytes('ab'))
    assert.equal(await files.exists(path), false)
    await writer.write(bytes('cd'))
    assert.equal(await writer.commit(), true)
    assert.equal(await files.readText(path), 'abcd')
    const second = await files.createAtomic(path, { overwrite: false })
    await second.write(bytes('xx'))
    assert.equal(await second.commit(), false)
    const dropped = await files.createAtomic(path, { overwrite: true })
    await dropped.write(bytes('yy'))
    await dropped.abort()
    assert.equal(await files.readText(path), 'abcd')
    assert.deepEqual((await files.list(dir)).map(e => e.name), ['big'])
  }))

  test(`${name}: a file written in place, where that can be`, () => within(async (files, dir) => {
    const path = joinPath(dir, 'below', 'grows'), inPlace = files.inPlace?.(path) ?? null
    if (inPlace === null) return
    await files.writeAtomic(path, bytes('a longer one that was there before'), { overwrite: true })
    const piece = bytes('0123456789'.repeat(20_000))
    const writer = inPlace.create(path, {})
    for (let i = 0; i < 5; i++) writer.append(piece.subarray(i * 40_000, (i + 1) * 40_000))
    writer.append(bytes('end'))
    await writer.commit()
    assert.deepEqual(await files.read(path), Uint8Array.from([...piece, ...bytes('end')]))
    const dropped = inPlace.create(path, { sync: false })
    dropped.append(piece)
    await dropped.abort()
    assert.equal(await files.exists(path), false)
    await inPlace.create(path, {}).commit()
    assert.equal((await files.read(path)).length, 0)
  }))

  test(`${name}: one holder of a lock`, () => within(async (files, dir) => {
    const path = joinPath(dir, 'x', '.lock')
    const first = await files.tryLock(path)
    assert.ok(first.held)
    const second = await files.tryLock(path)
    assert.ok(!second.held && second.owner.includes('this process'))
    await first.release()
    const third = await files.tryLock(path)
    assert.ok(third.held)
    await third.release()
  }))

  test(`${name}: ranges, sizes, names with every sign, a folder that was made`, () => within(async (files, dir) => {
    const path = joinPath(dir, "p=a b", "ñ+%20'(x)&=é#[1]~ü.json")
    await files.writeAtomic(path, bytes('0123456789'), { overwrite: true })
    assert.deepEqual((await files.list(dirName(path))).map(e => [e.name, e.sizeBytes]), [["ñ+%20'(x)&=é#[1]~ü.json", 10]])
    assert.deepEqual((await files.list(dir)).map(e => e.name), ['p=a b'])
    const part = async (from: number, to: number): Promise<string> => new TextDecoder().decode(await files.readRange(path, from, to))
    assert.deepEqual([await part(0, 3), await part(7, 100), await part(10, 20), await part(4, 4)], ['012', '789', '', ''])
    const entry = (await files.stat(path))!
    assert.deepEqual([entry.name, entry.sizeBytes, entry.isDirectory], ["ñ+%20'(x)&=é#[1]~ü.json", 10, false])
    assert.deepEqual([(await files.stat(dirName(path)))!.isDirectory, await files.stat(joinPath(dir, 'p=a'))], [true, null])
    await files.rename(path, joinPath(dirName(path), 'b+c'))
    assert.deepEqual([await files.tryRead(path), await files.readText(joinPath(dirName(path), 'b+c'))], [null, '0123456789'])
    await files.mkdirs(joinPath(dir, 'm', 'n'))
    assert.deepEqual([await files.exists(joinPath(dir, 'm', 'n')), (await files.stat(joinPath(dir, 'm')))!.isDirectory, await files.list(joinPath(dir, 'm', 'n'))], [true, true, []])
    await files.delete(joinPath(dir, 'p=a b'), true)
    await files.delete(joinPath(dir, 'm'), true)
    assert.deepEqual([await files.list(dir), await files.exists(joinPath(dir, 'm'))], [[], false])
  }))

  test(`${name}: many writers of one name, one wins`, () => within(async (files, dir) => {
    const won = await Promise.all(Array.from({ length: 12 }, (_, i) => files.writeAtomic(joinPath(dir, '0'), bytes(String(i)), { overwrite: false })))
    assert.equal(won.filter(Boolean).length, 1)
    assert.equal(await files.readText(joinPath(dir, '0')), String(won.indexOf(true)))
  }))
}
