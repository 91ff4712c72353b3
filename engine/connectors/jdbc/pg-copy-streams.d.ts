/** The one function of pg-copy-streams that is used here, which carries no types of its own. */
declare module 'pg-copy-streams' {
  import type { Submittable } from 'pg'
  import type { Writable } from 'node:stream'
  export function from(sql: string): Writable & Submittable
}
