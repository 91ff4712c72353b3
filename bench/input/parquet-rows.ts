/** The rows of the Parquet section: 6 columns of the usual kinds, the same for every program. */

/** A column each, as JavaScript has it. Times are microseconds since the epoch. */
export interface ParquetColumns { readonly id: BigInt64Array; readonly sensor: readonly string[]; readonly value: Float64Array; readonly at: BigInt64Array; readonly ok: Uint8Array; readonly level: Int32Array }

/** `count` rows: rising ids, 5000 sensors, doubles, times a millisecond apart, booleans, small integers. */
export function parquetColumns(count: number): ParquetColumns {
  const id = new BigInt64Array(count), sensor = new Array<string>(count), value = new Float64Array(count), at = new BigInt64Array(count), ok = new Uint8Array(count), level = new Int32Array(count)
  let x = 12345
  for (let i = 0; i < count; i++) {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff
    id[i] = BigInt(i)
    sensor[i] = `sensor-${x % 5000}`
    value[i] = x / 7
    at[i] = 1_700_000_000_000_000n + BigInt(i) * 1000n
    ok[i] = x & 1
    level[i] = x % 1000
  }
  return { id, sensor, value, at, ok, level }
}
