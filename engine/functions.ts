/** `import { col, window } from "microlote/functions"` */
export * from './api/functions.ts'
