/** Undoes gzip, for files whose name says so. */
export { gunzipSync } from 'node:zlib'
