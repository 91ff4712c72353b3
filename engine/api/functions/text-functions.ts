/** Functions of texts: parts, search, regular expressions, formats, encodings. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, upToLast, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** The first characters. `F.left("code", F.lit(3))` */
export function left(c: ColumnOrName, length: ColumnOrValue): Column { return call('left', named(c), toColumn(length)) }
/** The last characters. `F.right("code", F.lit(3))` */
export function right(c: ColumnOrName, length: ColumnOrValue): Column { return call('right', named(c), toColumn(length)) }
/** Part of a text; the first character is 1. `F.substr("s", F.lit(2), F.lit(3))` */
export function substr(c: ColumnOrName, start: ColumnOrValue, length?: ColumnOrValue): Column { return call('substr', named(c), toColumn(start), ...(length === undefined ? [] : [toColumn(length)])) }
/** All before the n-th separator, or after it counted from the right with a negative number. `F.substring_index("host", ".", 2)` */
export function substring_index(c: ColumnOrName, separator: string, count: number): Column { return call('substring_index', named(c), toColumn(separator), toColumn(count)) }
/** One part between separators, counted from 1 or from the end with −1. `F.split_part("ip", F.lit("."), F.lit(3))` */
export function split_part(c: ColumnOrName, separator: ColumnOrName, part: ColumnOrValue): Column { return call('split_part', named(c), named(separator), toColumn(part)) }
/** Number of characters (code points). `F.char_length("s")` */
export function char_length(c: ColumnOrName): Column { return call('char_length', named(c)) }
/** The same as char_length. `F.character_length("s")` */
export function character_length(c: ColumnOrName): Column { return call('character_length', named(c)) }
/** Number of bytes in UTF-8. `F.octet_length("s")` */
export function octet_length(c: ColumnOrName): Column { return call('octet_length', named(c)) }
/** Number of bits in UTF-8. `F.bit_length("s")` */
export function bit_length(c: ColumnOrName): Column { return call('bit_length', named(c)) }
/** In capitals; the same as upper. `F.ucase("s")` */
export function ucase(c: ColumnOrName): Column { return call('ucase', named(c)) }
/** In small letters; the same as lower. `F.lcase("s")` */
export function lcase(c: ColumnOrName): Column { return call('lcase', named(c)) }
/** Without blanks, or without some characters, at both ends. `F.btrim("s", F.lit("-"))` */
export function btrim(c: ColumnOrName, characters?: ColumnOrName): Column { return call('btrim', named(c), ...(characters === undefined ? [] : [named(characters)])) }
/** The character of a number; of its last byte, as Spark does. `F.chr("n")` */
export function chr(c: ColumnOrName): Column { return call('chr', named(c)) }
/** The same as chr. `F.char("n")` */
export function char(c: ColumnOrName): Column { return call('char', named(c)) }
/** The argument of that number, counted from 1. `F.elt(F.lit(1), "a", "b")` */
export function elt(index: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return call('elt', named(index), ...more.map(c => named(c))) }
/** A part written over, from a character on. `F.overlay("s", F.lit("ZZ"), 3, 2)` */
export function overlay(c: ColumnOrName, replacement: ColumnOrName, position: ColumnOrValue, length?: ColumnOrValue): Column { return call('overlay', named(c), named(replacement), toColumn(position), ...(length === undefined ? [] : [toColumn(length)])) }
/** Where a text occurs, from 1; 0 if nowhere. `F.position(F.lit("@"), "mail")` */
export function position(part: ColumnOrName, text: ColumnOrName, start?: ColumnOrValue): Column { return call('position', named(part), named(text), ...(start === undefined ? [] : [toColumn(start)])) }
/** The place of a text in a list with commas; 0 if nowhere. `F.find_in_set("k", F.lit("a,b,c"))` */
export function find_in_set(c: ColumnOrName, list: ColumnOrName): Column { return call('find_in_set', named(c), named(list)) }
/** SQL LIKE with % and _. `F.like("s", F.lit("a%"))` */
export function like(c: ColumnOrName, pattern: ColumnOrName, escape?: ColumnOrName): Column { return call('like', named(c), named(pattern), ...(escape === undefined ? [] : [named(escape)])) }
/** LIKE in any case. `F.ilike("s", F.lit("A%"))` */
export function ilike(c: ColumnOrName, pattern: ColumnOrName, escape?: ColumnOrName): Column { return call('ilike', named(c), named(pattern), ...(escape === undefined ? [] : [named(escape)])) }
/** Whether a Java regular expression occurs. `F.rlike("s", F.lit("^[a-c]+$"))` */
export function rlike(c: ColumnOrName, pattern: ColumnOrName): Column { return call('rlike', named(c), named(pattern)) }
/** The same as rlike. `F.regexp("s", F.lit("[0-9]+"))` */
export function regexp(c: ColumnOrName, pattern: ColumnOrName): Column { return call('regexp', named(c), named(pattern)) }
/** The same as rlike. `F.regexp_like("s", F.lit("[0-9]+"))` */
export function regexp_like(c: ColumnOrName, pattern: ColumnOrName): Column { return call('regexp_like', named(c), named(pattern)) }
/** How often a Java regular expression occurs. `F.regexp_count("s", F.lit("[0-9]"))` */
export function regexp_count(c: ColumnOrName, pattern: ColumnOrName): Column { return call('regexp_count', named(c), named(pattern)) }
/** A group of every match, as an array. `F.regexp_extract_all("s", F.lit("([0-9]+)"), 1)` */
export function regexp_extract_all(c: ColumnOrName, pattern: ColumnOrName, group?: ColumnOrValue): Column { return call('regexp_extract_all', named(c), named(pattern), ...(group === undefined ? [] : [toColumn(group)])) }
/** Where the first match begins, from 1; 0 if there is none. `F.regexp_instr("s", F.lit("@"))` */
export function regexp_instr(c: ColumnOrName, pattern: ColumnOrName, group?: ColumnOrValue): Column { return call('regexp_instr', named(c), named(pattern), ...(group === undefined ? [] : [toColumn(group)])) }
/** The first match, NULL if there is none. `F.regexp_substr("s", F.lit("[0-9]+"))` */
export function regexp_substr(c: ColumnOrName, pattern: ColumnOrName): Column { return call('regexp_substr', named(c), named(pattern)) }
/** Sentences as arrays of words. `F.sentences("s")` */
export function sentences(c: ColumnOrName, language?: ColumnOrName, country?: ColumnOrName): Column { return call('sentences', named(c), ...(language === undefined ? [] : [named(language)]), ...(country === undefined ? [] : [named(country)])) }
/** A map of pairs written as `a:1,b:2`; the separators are regular expressions. `F.str_to_map("s", F.lit("&"), F.lit("="))` */
export function str_to_map(c: ColumnOrName, pairs?: ColumnOrName, between?: ColumnOrName): Column { return call('str_to_map', named(c), ...(pairs === undefined ? [] : [named(pairs)]), ...(between === undefined ? [] : [named(between)])) }
/** Letters and digits covered: X, x and n, or other characters. `F.mask("card")` */
export function mask(c: ColumnOrName, upper?: ColumnOrName, lower?: ColumnOrName, digit?: ColumnOrName, other?: ColumnOrName): Column { return call('mask', named(c), ...(upper === undefined ? [] : [named(upper)]), ...(lower === undefined ? [] : [named(lower)]), ...(digit === undefined ? [] : [named(digit)]), ...(other === undefined ? [] : [named(other)])) }
/** The text in single quotes, those inside escaped. `F.quote("s")` */
export function quote(c: ColumnOrName): Column { return call('quote', named(c)) }
/** Random letters and digits. `F.randstr(8)` */
export function randstr(length: number, seed?: number): Column { return call('randstr', toColumn(length), ...(seed === undefined ? [] : [toColumn(seed)])) }
/** Text by a format of Java's printf, given as a column. `F.printf(F.lit("%05d"), "n")` */
export function printf(format: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return call('printf', named(format), ...more.map(c => named(c))) }
/** A number by a format such as 9,999.99; a date by a pattern; bytes as base64, hex or utf-8. `F.to_char("n", F.lit("9,999.99"))` */
export function to_char(c: ColumnOrName, format: ColumnOrName): Column { return call('to_char', named(c), named(format)) }
/** The same as to_char. `F.to_varchar("n", F.lit("999"))` */
export function to_varchar(c: ColumnOrName, format: ColumnOrName): Column { return call('to_varchar', named(c), named(format)) }
/** A DECIMAL read by a format such as $9,999.99. `F.to_number("s", F.lit("9,999.99"))` */
export function to_number(c: ColumnOrName, format: ColumnOrName): Column { return call('to_number', named(c), named(format)) }
/** Like to_number, NULL where the text does not match. `F.try_to_number("s", F.lit("999"))` */
export function try_to_number(c: ColumnOrName, format: ColumnOrName): Column { return call('try_to_number', named(c), named(format)) }
/** Bytes of a text in a charset. `F.encode("s", "UTF-16BE")` */
export function encode(c: ColumnOrName, charset: string): Column { return call('encode', named(c), toColumn(charset)) }
/** Text of bytes in a charset. `F.decode("value", "UTF-8")` */
export function decode(c: ColumnOrName, charset: string): Column { return call('decode', named(c), toColumn(charset)) }
/** Bytes of a text in hex, base64 or utf-8. `F.to_binary("s", F.lit("base64"))` */
export function to_binary(c: ColumnOrName, format?: ColumnOrName): Column { return call('to_binary', named(c), ...(format === undefined ? [] : [named(format)])) }
/** Like to_binary, NULL where the text does not match. `F.try_to_binary("s", F.lit("hex"))` */
export function try_to_binary(c: ColumnOrName, format?: ColumnOrName): Column { return call('try_to_binary', named(c), ...(format === undefined ? [] : [named(format)])) }
/** Whether bytes are well-formed UTF-8. `F.is_valid_utf8("value")` */
export function is_valid_utf8(c: ColumnOrName): Column { return call('is_valid_utf8', named(c)) }
/** Text of bytes, with � in place of what is malformed. `F.make_valid_utf8("value")` */
export function make_valid_utf8(c: ColumnOrName): Column { return call('make_valid_utf8', named(c)) }
/** Text of bytes; an error where they are malformed. `F.validate_utf8("value")` */
export function validate_utf8(c: ColumnOrName): Column { return call('validate_utf8', named(c)) }
/** Text of bytes, NULL where they are malformed. `F.try_validate_utf8("value")` */
export function try_validate_utf8(c: ColumnOrName): Column { return call('try_validate_utf8', named(c)) }
/** Text as a form field of a URL. `F.url_encode("s")` */
export function url_encode(c: ColumnOrName): Column { return call('url_encode', named(c)) }
/** Text of a form field of a URL. `F.url_decode("s")` */
export function url_decode(c: ColumnOrName): Column { return call('url_decode', named(c)) }
/** Like url_decode, NULL where the text is malformed. `F.try_url_decode("s")` */
export function try_url_decode(c: ColumnOrName): Column { return call('try_url_decode', named(c)) }
/** Part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO. `F.parse_url("url", F.lit("QUERY"), F.lit("id"))` */
export function parse_url(c: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column { return call('parse_url', named(c), named(part), ...(key === undefined ? [] : [named(key)])) }
/** Like parse_url, NULL for what is no URL. `F.try_parse_url("url", F.lit("HOST"))` */
export function try_parse_url(c: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column { return call('try_parse_url', named(c), named(part), ...(key === undefined ? [] : [named(key)])) }
/** SHA-1 as text; the same as sha1. `F.sha("s")` */
export function sha(c: ColumnOrName): Column { return call('sha', named(c)) }
/** The schema of a JSON text, as DDL. `F.schema_of_json('{"a": 1}')` */
export function schema_of_json(json: ColumnOrValue): Column { return call('schema_of_json', toColumn(json)) }
/** Number of elements of a JSON array. `F.json_array_length("s")` */
export function json_array_length(c: ColumnOrName): Column { return call('json_array_length', named(c)) }
/** Keys of a JSON object. `F.json_object_keys("s")` */
export function json_object_keys(c: ColumnOrName): Column { return call('json_object_keys', named(c)) }
/** Fields of a JSON object as columns c0, c1, … `F.json_tuple("s", "a", "b")` */
export function json_tuple(c: ColumnOrName, ...fields: readonly string[]): Column { return call('json_tuple', named(c), ...fields.map(toColumn)) }
/** How alike two texts are, 0 to 1 (Jaro–Winkler): the share of common characters, more for a common beginning. `F.jaro_winkler_similarity("a", "b")` */
export function jaro_winkler_similarity(a: ColumnOrName, b: ColumnOrName): Column { return call('jaro_winkler_similarity', named(a), named(b)) }
/** Bytes as text of 32 letters and digits, filled with `=`. `F.to_base32("bytes")` */
export function to_base32(c: ColumnOrName): Column { return call('to_base32', named(c)) }
/** The bytes of a text in base 32; what is no letter of it is passed over. `F.from_base32("text")` */
export function from_base32(c: ColumnOrName): Column { return call('from_base32', named(c)) }
/** The keyed hash (HMAC) of a message, as bytes; SHA-256 unless another of SHA-224, SHA-384, SHA-512, SHA-1 and MD5 is given. `F.hex(F.hmac(F.lit("key"), "message"))` */
export function hmac(key: ColumnOrName, message: ColumnOrName, algorithm?: ColumnOrName): Column { return call('hmac', named(key), named(message), ...(algorithm === undefined ? [] : [named(algorithm)])) }
/**
 * Bytes encrypted by AES: the initial vector, the cipher text and, for GCM, its tag. Keys have 16, 24 or 32 bytes; modes are GCM (if none is given), CBC and ECB. Without an initial vector one is drawn,
 * so two calls differ. `F.base64(F.aes_encrypt("text", F.lit("0000111122223333")))`
 */
export function aes_encrypt(input: ColumnOrName, key: ColumnOrName, mode?: ColumnOrName, padding?: ColumnOrName, iv?: ColumnOrName, aad?: ColumnOrName): Column {
  return call('aes_encrypt', named(input), named(key), ...upToLast([mode, padding, iv, aad], ['GCM', 'DEFAULT', '', '']))
}
/** What aes_encrypt made, as the bytes it was made of; INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR for another key or altered bytes. `F.aes_decrypt("bytes", F.lit("0000111122223333")).cast("string")` */
export function aes_decrypt(input: ColumnOrName, key: ColumnOrName, mode?: ColumnOrName, padding?: ColumnOrName, aad?: ColumnOrName): Column { return call('aes_decrypt', named(input), named(key), ...upToLast([mode, padding, aad], ['GCM', 'DEFAULT', ''])) }
/** The same as aes_decrypt, NULL in place of an error. `F.try_aes_decrypt("bytes", F.lit("0000111122223333"))` */
export function try_aes_decrypt(input: ColumnOrName, key: ColumnOrName, mode?: ColumnOrName, padding?: ColumnOrName, aad?: ColumnOrName): Column { return call('try_aes_decrypt', named(input), named(key), ...upToLast([mode, padding, aad], ['GCM', 'DEFAULT', ''])) }
/** Who runs the session: SPARK_USER where it is set, else the user of the process. `F.current_user()` */
export function current_user(): Column { return call('current_user') }
/** The same as current_user. `F.user()` */
export function user(): Column { return call('user') }
/** The same as current_user. `F.session_user()` */
export function session_user(): Column { return call('session_user') }
/** The version of Spark that is spoken here, and who speaks it. `F.version()` */
export function version(): Column { return call('version') }
/** Where names of functions and tables are looked for, in order. `F.current_path()` */
export function current_path(): Column { return call('current_path') }
/** The URI of the file a row was read from, where it comes straight from files; empty elsewhere, as behind an aggregation or a sort. `df.withColumn("file", F.input_file_name())` */
export function input_file_name(): Column { return call('input_file_name') }
/** Where the block begins that a row was read in, in bytes; a file is one block here. −1 where rows do not come straight from files. `F.input_file_block_start()` */
export function input_file_block_start(): Column { return call('input_file_block_start') }
/** How long the block is that a row was read in, in bytes; −1 where rows do not come straight from files. `F.input_file_block_length()` */
export function input_file_block_length(): Column { return call('input_file_block_length') }
/** The name of the collation of a text: `SYSTEM.BUILTIN.UTF8_BINARY`, the only one. `F.collation("s")` */
export function collation(c: ColumnOrName): Column { return call('collation', named(c)) }
