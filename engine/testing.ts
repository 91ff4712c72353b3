/** What tests of streaming jobs need: streams fed by hand, a clock moved by hand, storage in memory. */
export { MemoryStream } from './api/memory-stream.ts'
export { ManualClock } from './observe/clock.ts'
export { MemoryFiles } from './storage/memory-files.ts'
export { LocalBackend } from './local/backend.ts'
export { SparkSession } from './session/spark-session.ts'
