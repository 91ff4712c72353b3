/** Functions of numbers and bits beyond the everyday ones. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** Inverse hyperbolic cosine. `F.acosh("x")` */
export function acosh(c: ColumnOrName): Column { return call('acosh', named(c)) }
/** Inverse hyperbolic sine. `F.asinh("x")` */
export function asinh(c: ColumnOrName): Column { return call('asinh', named(c)) }
/** Inverse hyperbolic tangent. `F.atanh("x")` */
export function atanh(c: ColumnOrName): Column { return call('atanh', named(c)) }
/** Hyperbolic sine. `F.sinh("x")` */
export function sinh(c: ColumnOrName): Column { return call('sinh', named(c)) }
/** Hyperbolic cosine. `F.cosh("x")` */
export function cosh(c: ColumnOrName): Column { return call('cosh', named(c)) }
/** Hyperbolic tangent. `F.tanh("x")` */
export function tanh(c: ColumnOrName): Column { return call('tanh', named(c)) }
/** Secant. `F.sec("angle")` */
export function sec(c: ColumnOrName): Column { return call('sec', named(c)) }
/** Cosecant. `F.csc("angle")` */
export function csc(c: ColumnOrName): Column { return call('csc', named(c)) }
/** Cotangent. `F.cot("angle")` */
export function cot(c: ColumnOrName): Column { return call('cot', named(c)) }
/** Radians as degrees. `F.degrees("angle")` */
export function degrees(c: ColumnOrName): Column { return call('degrees', named(c)) }
/** Degrees as radians. `F.radians("angle")` */
export function radians(c: ColumnOrName): Column { return call('radians', named(c)) }
/** The number e. `F.e()` */
export function e(): Column { return call('e') }
/** The number π. `F.pi()` */
export function pi(): Column { return call('pi') }
/** e to the value, less 1, exact near 0. `F.expm1("x")` */
export function expm1(c: ColumnOrName): Column { return call('expm1', named(c)) }
/** Natural logarithm of 1 more, exact near 0. `F.log1p("x")` */
export function log1p(c: ColumnOrName): Column { return call('log1p', named(c)) }
/** Length of the hypotenuse. `F.hypot("dx", "dy")` */
export function hypot(a: ColumnOrName, b: ColumnOrName): Column { return call('hypot', named(a), named(b)) }
/** The first to the power of the second; the same as pow. `F.power("x", 2)` */
export function power(c: ColumnOrName, exponent: ColumnOrValue): Column { return call('power', named(c), toColumn(exponent)) }
/** The nearest whole number as a DOUBLE, ties to even. `F.rint("x")` */
export function rint(c: ColumnOrName): Column { return call('rint', named(c)) }
/** −1, 0 or 1; the same as signum. `F.sign("x")` */
export function sign(c: ColumnOrName): Column { return call('sign', named(c)) }
/** The value as it is. `F.positive("x")` */
export function positive(c: ColumnOrName): Column { return call('positive', named(c)) }
/** The least number not below, with so many decimals. `F.ceiling("price", 1)` */
export function ceiling(c: ColumnOrName, scale?: number): Column { return call('ceiling', named(c), ...(scale === undefined ? [] : [toColumn(scale)])) }
/** Remainder, NULL for a divisor of 0. `F.try_mod("a", "b")` */
export function try_mod(a: ColumnOrName, b: ColumnOrName): Column { return call('try_mod', named(a), named(b)) }
/** The number of the equal bucket a value falls into, 0 below all and one more above. `F.width_bucket("v", F.lit(0), F.lit(100), 10)` */
export function width_bucket(value: ColumnOrName, least: ColumnOrName, greatest: ColumnOrName, buckets: ColumnOrValue): Column { return call('width_bucket', named(value), named(least), named(greatest), toColumn(buckets)) }
/** How many bits are set. `F.bit_count("flags")` */
export function bit_count(c: ColumnOrName): Column { return call('bit_count', named(c)) }
/** A bit, counted from 0 at the right. `F.bit_get("flags", 3)` */
export function bit_get(c: ColumnOrName, position: ColumnOrValue): Column { return call('bit_get', named(c), toColumn(position)) }
/** The same as bit_get. `F.getbit("flags", 3)` */
export function getbit(c: ColumnOrName, position: ColumnOrValue): Column { return call('getbit', named(c), toColumn(position)) }
/** Bits moved to the left. `F.shiftleft("n", 2)` */
export function shiftleft(c: ColumnOrName, bits: number): Column { return call('shiftleft', named(c), toColumn(bits)) }
/** Bits moved to the right, the sign kept. `F.shiftright("n", 2)` */
export function shiftright(c: ColumnOrName, bits: number): Column { return call('shiftright', named(c), toColumn(bits)) }
/** Bits moved to the right, zeros from the left. `F.shiftrightunsigned("n", 2)` */
export function shiftrightunsigned(c: ColumnOrName, bits: number): Column { return call('shiftrightunsigned', named(c), toColumn(bits)) }
/** A number's text in another base. `F.conv("hex", 16, 10)` */
export function conv(c: ColumnOrName, fromBase: number, toBase: number): Column { return call('conv', named(c), toColumn(fromBase), toColumn(toBase)) }
/** The first, or the second where the first is NaN. `F.nanvl("x", F.lit(0.0))` */
export function nanvl(a: ColumnOrName, b: ColumnOrName): Column { return call('nanvl', named(a), named(b)) }
/** A random number of the standard normal distribution. `F.randn(42)` */
export function randn(seed?: number): Column { return call('randn', ...(seed === undefined ? [] : [toColumn(seed)])) }
/** A random number from 0 to 1; the same as rand. `F.random(42)` */
export function random(seed?: number): Column { return call('random', ...(seed === undefined ? [] : [toColumn(seed)])) }
/** Which bitmap of 32,768 numbers a number belongs to: 1 to 32768 are in number 1. Goes with bitmap_construct_agg. `F.bitmap_bucket_number("id")` */
export function bitmap_bucket_number(c: ColumnOrName): Column { return call('bitmap_bucket_number', named(c)) }
/** Which bit of its bitmap a number is, 0 to 32,767. `F.bitmap_construct_agg(F.bitmap_bit_position("id"))` */
export function bitmap_bit_position(c: ColumnOrName): Column { return call('bitmap_bit_position', named(c)) }
/** How many bits of a bitmap are set. `F.bitmap_count("bitmap")` */
export function bitmap_count(c: ColumnOrName): Column { return call('bitmap_count', named(c)) }
/** How alike the directions of two vectors (ARRAY<FLOAT>) are, −1 to 1; NULL for a vector of zeros, VECTOR_DIMENSION_MISMATCH for two lengths. `F.vector_cosine_similarity("a", "b")` */
export function vector_cosine_similarity(a: ColumnOrName, b: ColumnOrName): Column { return call('vector_cosine_similarity', named(a), named(b)) }
/** The sum of the products of two vectors' elements (ARRAY<FLOAT>). `F.vector_inner_product("a", "b")` */
export function vector_inner_product(a: ColumnOrName, b: ColumnOrName): Column { return call('vector_inner_product', named(a), named(b)) }
/** The Euclidean distance of two vectors (ARRAY<FLOAT>). `F.vector_l2_distance("a", "b")` */
export function vector_l2_distance(a: ColumnOrName, b: ColumnOrName): Column { return call('vector_l2_distance', named(a), named(b)) }
/** The norm of a vector (ARRAY<FLOAT>): of degree 2 if none is given, else 1.0F, 2.0F or float('inf') as a column. `F.vector_norm("a", F.expr("1.0F"))` */
export function vector_norm(c: ColumnOrName, degree?: ColumnOrName): Column { return call('vector_norm', named(c), ...(degree === undefined ? [] : [named(degree)])) }
/** A vector (ARRAY<FLOAT>) divided by its norm; NULL for zeros. `F.vector_normalize("a")` */
export function vector_normalize(c: ColumnOrName, degree?: ColumnOrName): Column { return call('vector_normalize', named(c), ...(degree === undefined ? [] : [named(degree)])) }
/** A number between two constants, new for each row: whole where both are whole. A seed makes the same numbers again, those of Spark. `F.uniform(1, 6, 42)` */
export function uniform(min: ColumnOrValue, max: ColumnOrValue, seed?: ColumnOrValue): Column { return call('uniform', toColumn(min), toColumn(max), ...(seed === undefined ? [] : [toColumn(seed)])) }
