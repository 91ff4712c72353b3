/** Keyed functions of bytes: aes_encrypt, aes_decrypt and try_aes_decrypt in the modes ECB, CBC and GCM; hmac. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, type CipherGCM, type DecipherGCM } from 'node:crypto'
import { executionError } from '../errors/spark-error.ts'
import { binaryType, stringType } from '../types/data-type.ts'
import type { Resolved } from '../expressions/expression.ts'
import { call, expectArity, literal, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { bytesArgument } from './hashes.ts'
import { tryEval } from './try-eval.ts'
import { coerced } from './typed.ts'

type Mode = 'ecb' | 'cbc' | 'gcm'

const ivBytes = { ecb: 0, cbc: 16, gcm: 12 } as const
const tagBytes = 16
const none = new Uint8Array(0)

/** The mode of its name and padding. Throws UNSUPPORTED_FEATURE.AES_MODE for what does not go together. */
function modeOf(mode: string, padding: string): Mode {
  const m = mode.toUpperCase(), p = padding.toUpperCase()
  if ((m === 'ECB' || m === 'CBC') && (p === 'PKCS' || p === 'DEFAULT')) return m === 'ECB' ? 'ecb' : 'cbc'
  if (m === 'GCM' && (p === 'NONE' || p === 'DEFAULT')) return 'gcm'
  throw executionError('UNSUPPORTED_FEATURE.AES_MODE', { mode, padding })
}

function cipherName(key: Uint8Array, mode: Mode): string {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32) throw executionError('INVALID_PARAMETER_VALUE.AES_KEY_LENGTH', { functionName: '`aes_encrypt`, `aes_decrypt`', actualLength: key.length })
  return `aes-${key.length * 8}-${mode}`
}

function encrypt(text: Uint8Array, key: Uint8Array, modeName: string, padding: string, givenIv: Uint8Array, aad: Uint8Array): Uint8Array {
  const mode = modeOf(modeName, padding), name = cipherName(key, mode), wanted = ivBytes[mode]
  if (mode === 'ecb' && givenIv.length > 0) throw executionError('UNSUPPORTED_FEATURE.AES_MODE_IV', { mode: modeName })
  if (mode !== 'gcm' && aad.length > 0) throw executionError('UNSUPPORTED_FEATURE.AES_MODE_AAD', { mode: modeName })
  if (givenIv.length > 0 && givenIv.length !== wanted) throw executionError('INVALID_PARAMETER_VALUE.AES_IV_LENGTH', { mode: modeName, expected: wanted, actualLength: givenIv.length })
  const iv = mode === 'ecb' || givenIv.length > 0 ? givenIv : randomBytes(wanted), cipher = createCipheriv(name, key, mode === 'ecb' ? null : iv)
  if (aad.length > 0) (cipher as CipherGCM).setAAD(aad)
  return Buffer.concat([iv, cipher.update(text), cipher.final(), mode === 'gcm' ? (cipher as CipherGCM).getAuthTag() : none])
}

const failed = (detailMessage: string): Error => executionError('INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR', { detailMessage })

function decrypt(bytes: Uint8Array, key: Uint8Array, modeName: string, padding: string, aad: Uint8Array): Uint8Array {
  const mode = modeOf(modeName, padding), name = cipherName(key, mode), start = ivBytes[mode], end = bytes.length - (mode === 'gcm' ? tagBytes : 0)
  if (mode !== 'gcm' && aad.length > 0) throw failed('there is authenticated data, which only GCM knows')
  if (end < start) throw failed(`${bytes.length} bytes are too few for ${modeName}`)
  // Of no blocks at all comes nothing.
  if (mode !== 'gcm' && end === start) return none
  const decipher = createDecipheriv(name, key, mode === 'ecb' ? null : bytes.subarray(0, start))
  try {
    if (mode === 'gcm') { (decipher as DecipherGCM).setAuthTag(bytes.subarray(end)); if (aad.length > 0) (decipher as DecipherGCM).setAAD(aad) }
    return Buffer.concat([decipher.update(bytes.subarray(start, end)), decipher.final()])
  } catch (e) { throw failed(e instanceof Error ? e.message : String(e)) }
}

/** The arguments, those left out filled in: GCM, the mode's own padding, no bytes. */
function cipherArguments(c: FunctionCall, extra: number, context: BindContext): readonly Resolved[] {
  expectArity(c, 2, 4 + extra)
  return Array.from({ length: 4 + extra }, (_, i) => (i >= c.args.length ? i === 2 ? literal('GCM', stringType) : i === 3 ? literal('DEFAULT', stringType) : literal(none, binaryType)
    : i === 2 || i === 3 ? coerced(c, i, stringType, context) : bytesArgument(c, i, context)))
}

const decryption = (name: string, tolerant: boolean): FunctionDefinition => ({
  bind(c, context) {
    const made = call(name, cipherArguments(c, 1, context), binaryType, { evaluate: decrypt })
    return tolerant ? tryEval(made) : made
  },
})

const algorithms: Readonly<Record<string, string>> = { MD5: 'md5', SHA1: 'sha1', SHA224: 'sha224', SHA256: 'sha256', SHA384: 'sha384', SHA512: 'sha512' }

function mac(key: Uint8Array, message: Uint8Array, algorithm: string): Uint8Array {
  const name = algorithms[algorithm.toUpperCase().replace(/^SHA-/, 'SHA')]
  if (name === undefined) throw executionError('INVALID_PARAMETER_VALUE.HMAC_ALGORITHM', { algorithm })
  if (key.length === 0) throw executionError('INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR', { detailMessage: 'the key is empty' })
  return createHmac(name, key).update(message).digest()
}

export const cipherFunctions: FunctionFamily = {
  // Without an initial vector one is drawn, so two calls differ.
  aes_encrypt: { bind(c, context) { const args = cipherArguments(c, 2, context); return call('aes_encrypt', args, binaryType, { evaluate: encrypt }, { deterministic: c.args.length > 4 || (c.args.length > 2 && isEcb(args[2]!)) }) } },
  aes_decrypt: decryption('aes_decrypt', false), try_aes_decrypt: decryption('try_aes_decrypt', true),
  hmac: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const args = [bytesArgument(c, 0, context), bytesArgument(c, 1, context), c.args.length === 3 ? coerced(c, 2, stringType, context) : literal('SHA-256', stringType)]
      return call('hmac', args, binaryType, { evaluate: mac }, { nullable: args.some(a => a.nullable) })
    },
  },
}

function isEcb(mode: Resolved): boolean { return mode.kind === 'literal' && typeof mode.value === 'string' && mode.value.toUpperCase() === 'ECB' }
