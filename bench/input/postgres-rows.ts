/** The rows of the PostgreSQL section, the same for every program. */

/** Their columns. */
export const postgresDdl = 'id BIGINT, sensor STRING, monto DOUBLE, visto TIMESTAMP, ok BOOLEAN'

/** `count` rows: rising ids, 5000 sensors, doubles, times a second apart, booleans. */
export function postgresRows(count: number): [number, string, number, Date, boolean][] {
  return Array.from({ length: count }, (_, i) => [i, `sensor-${(i * 7919) % 5000}`, i / 7, new Date(Date.UTC(2026, 0, 1) + i * 1000), i % 3 === 0])
}
