/** What `require` and `import` give a cell: packages from the notebook's folder up, the project's own from anywhere, local TypeScript as the converter left it. */
import { createRequire, Module } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { currentChannel, type MimeBundle } from '../output.ts'

interface ModuleClass { new (id: string, parent?: unknown): NodeModuleLike; _nodeModulePaths(dir: string): string[] }
interface NodeModuleLike { filename: string; paths: string[]; exports: unknown; require: unknown; _compile(code: string, filename: string): void }

export class CellModules {
  readonly require: NodeJS.Require
  readonly #sources = new Map<string, string>()
  readonly #loaded = new Map<string, NodeModuleLike>()
  readonly #own = createRequire(import.meta.url)
  #tslab: unknown = null

  constructor(cwd: string) { this.require = this.#wrap(createRequire(join(cwd, 'cell.js')), cwd) }

  /** Takes new or changed local modules; who imports them next gets the new ones. */
  update(modules: readonly { readonly path: string; readonly javascript: string }[]): void {
    for (const m of modules) this.#sources.set(m.path, m.javascript)
    // One that imports a changed one is stale too.
    if (modules.length > 0) this.#loaded.clear()
  }

  #wrap(load: NodeJS.Require, dir: string): NodeJS.Require {
    return new Proxy(load, {
      apply: (target, self, args: [string]) => {
        const id = args[0]
        if (id === 'tslab') return this.#tslabApi()
        const local = /^\.\.?(\/|$)/.test(id) ? this.#local(join(dir, id)) : null
        if (local !== null) return local.exports
        try { return Reflect.apply(target, self, args) } catch (e) {
          if ((e as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && /^microlote(-kernel|-fixtures)?(\/|$)/.test(id)) return this.#own(id)
          throw e
        }
      },
    })
  }

  #local(path: string): NodeModuleLike | null {
    const plain = path.replaceAll('\\', '/'), file = [plain.replace(/\.m?ts$/, '.js'), `${plain}.js`, `${plain}/index.js`].find(f => this.#sources.has(f) && (f !== plain || extname(plain) !== ''))
    if (file === undefined) return null
    const known = this.#loaded.get(file)
    if (known !== undefined) return known
    const ModuleOf = Module as unknown as ModuleClass, m = new ModuleOf(file)
    m.filename = file
    m.paths = ModuleOf._nodeModulePaths(dirname(file))
    m.require = this.#wrap(createRequire(file), dirname(file))
    this.#loaded.set(file, m)
    try { m._compile(this.#sources.get(file)!, file) } catch (e) { this.#loaded.delete(file); throw e }
    return m
  }

  // tslab's own display functions, putting out where ours do.
  #tslabApi(): unknown {
    if (this.#tslab !== null) return this.#tslab
    const jupyter = this.#own('tslab/dist/jupyter.js') as { lastWriteDisplayData: unknown }
    jupyter.lastWriteDisplayData = (bundle: { data: MimeBundle; metadata?: MimeBundle; transient?: { display_id?: string } }, update?: boolean) => {
      const displayId = bundle.transient?.display_id
      currentChannel().send({ kind: 'display', data: bundle.data, metadata: bundle.metadata ?? {}, ...(displayId === undefined ? {} : { displayId, update: update === true }) })
    }
    return (this.#tslab = this.#own('tslab'))
  }
}
