/** A function of the user's as expressions carry it: what the API makes and the analyzer binds. */
import type { DataType } from '../types/data-type.ts'

export interface UserFunction {
  readonly name: string
  /** Takes and gives the values that collect() shows; null for NULL. */
  readonly evaluate: (...values: any[]) => unknown
  readonly returnType: DataType
  /** False where the same arguments may give another result: then it is called once for each row that needs it, no more. */
  readonly deterministic: boolean
}
