/** The compiler's programs as cells need them: without the bookkeeping of a build, which was most of what a cell cost. */
import type T from '@tslab/typescript-for-tslab'

type Compiler = typeof T
type Builder = T.EmitAndSemanticDiagnosticsBuilderProgram
/** What the compiler has and its types do not tell. */
interface Inner { bindSourceFile(file: T.SourceFile, options: T.CompilerOptions): void; getResolvedModule(file: T.SourceFile, name: string, mode: T.ResolutionMode): T.ResolvedModuleFull | undefined }
type Bound = T.SourceFile & { readonly locals?: unknown; readonly imports?: readonly T.StringLiteralLike[]; readonly original?: object & { readonly path?: string } }

/** What a program tells its files. */
const told = ['path', 'resolvedPath', 'imports', 'moduleAugmentations', 'ambientModuleNames', 'resolvedModules', 'resolvedTypeReferenceDirectiveNames'] as const

/** The end of a cell that exports its names itself. */
export const exportsMark = '}/*celda*/'

/**
 * The compiler, its watching programs made light. The builder that it would make keeps a graph of who refers to whom over all files, for every program, and
 * asks a type checker of its own for it: a cell takes two programs (tslab looks at a cell's names before it exports them), so two graphs and two checkers.
 * A cell is one file that nothing refers to: no graph, and a checker only where types are asked for.
 */
export function lightPrograms(ts: Compiler): Compiler {
  const inner = ts as unknown as Inner
  const create: T.CreateProgram<Builder> = (rootNames, options, host, old, configFileParsingDiagnostics, projectReferences) => {
    const program = rootNames === undefined ? old!.getProgram() : ts.createProgram({ rootNames, options: options!, host: host!, ...(old === undefined ? {} : { oldProgram: old.getProgram() }), ...(configFileParsingDiagnostics === undefined ? {} : { configFileParsingDiagnostics }), ...(projectReferences === undefined ? {} : { projectReferences }) })
    const file = (name: string): T.SourceFile | undefined => {
      const found = program.getSourceFile(name) as Bound | undefined
      // A file whose awaits made the compiler read parts of it twice is a copy; what writes its types asks the original, to which the program has told nothing, how a module is to be named.
      if (found?.original?.path === '') for (const k of told) Object.assign(found.original, { [k]: (found as unknown as Record<string, unknown>)[k] })
      // tslab asks for the names that a cell declares before any type, to export them. Where the cell does that itself it finds none, and makes no second program.
      if (found !== undefined && found.locals === undefined && !found.text.endsWith(exportsMark)) inner.bindSourceFile(found, program.getCompilerOptions())
      return found
    }
    return {
      getProgram: () => program, getProgramOrUndefined: () => program, getCompilerOptions: () => program.getCompilerOptions(),
      getSourceFile: file, getSourceFiles: () => program.getSourceFiles(),
      getAllDependencies: from => filesBehind(inner, program, from),
      emit: (target, write, token, onlyTypes, transformers) => program.emit(target, write, token, onlyTypes, transformers),
    } as Partial<Builder> as Builder
  }
  // The compiler's own object cannot be changed: its members are getters.
  // tslab would make CommonJS of the module that it leaves, in a program made for that; a cell is made into a function otherwise (`cell-code.ts`).
  const transpileModule: typeof ts.transpileModule = (text, options) => (options.fileName === 'custom.js' ? { outputText: text } : ts.transpileModule(text, options))
  return { ...ts, transpileModule, createWatchCompilerHost: (roots: string[], options: T.CompilerOptions, system: T.System, _: unknown, ...more: unknown[]) => (ts.createWatchCompilerHost as (...a: unknown[]) => unknown)(roots, options, system, create, ...more) } as unknown as Compiler
}

// A file and those that it imports, however far; installed packages are left out: nothing of theirs is emitted.
function filesBehind(inner: Inner, program: T.Program, from: T.SourceFile): string[] {
  const seen = new Set([from.fileName]), queue: Bound[] = [from]
  for (const file of queue) {
    for (const i of file.imports ?? []) {
      const to = inner.getResolvedModule(file, i.text, undefined)?.resolvedFileName, next = to === undefined || seen.has(to) || (to.endsWith('.d.ts') && to.includes('/node_modules/')) ? undefined : program.getSourceFile(to)
      if (next !== undefined) { seen.add(to!); queue.push(next as Bound) }
    }
  }
  return queue.map(f => f.fileName)
}
