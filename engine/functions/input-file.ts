/** input_file_name, input_file_block_start, input_file_block_length: the file a row comes from, where it comes straight from one; elsewhere empty and −1. */
import type { Resolved } from '../expressions/expression.ts'
import { longType, stringType, type DataType } from '../types/data-type.ts'
import { call, expectArity, literal, type BindContext, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { extract } from './extract.ts'

/** The functions, and which field of `_metadata` each is. */
const fields = { input_file_name: 'file_path', input_file_block_start: 'file_block_start', input_file_block_length: 'file_block_length' } as const
type Name = keyof typeof fields

/** Whether a function by this name tells of the file. */
export const isInputFile = (name: string): boolean => name.toLowerCase() in fields

// Paths on this machine have three slashes here, one in `_metadata` and in what Delta tells.
const uri = (path: string | null): string => (path === null ? '' : path.replace(/^file:\/(?!\/)/, 'file:///'))

/** The value for rows whose `_metadata` this is. */
export function inputFileOf(name: string, metadata: Resolved, context: BindContext, ofDelta = false): Resolved {
  const known = name.toLowerCase() as Name, field = extract(metadata, literal(fields[known], stringType), context)
  const evaluate: (v: any) => unknown = known === 'input_file_name' ? (ofDelta ? (path: string | null) => path ?? '' : uri) : (n: bigint | null) => n ?? -1n
  return { ...call(known, [field], typeOf(known), { strict: false, evaluate }, { nullable: false, deterministic: false }), ofRow: true }
}

const typeOf = (name: Name): DataType => (name === 'input_file_name' ? stringType : longType)

const elsewhere = (name: Name): FunctionDefinition => ({
  bind(c) { expectArity(c, 0); return call(name, [], typeOf(name), { evaluate: () => (name === 'input_file_name' ? '' : -1n) }, { nullable: false, deterministic: false }) },
})

export const inputFileFunctions: FunctionFamily = { input_file_name: elsewhere('input_file_name'), input_file_block_start: elsewhere('input_file_block_start'), input_file_block_length: elsewhere('input_file_block_length') }
