/** The handle of a StatefulProcessor: in `init` it takes down which variables there are, later it keeps the timers of the key at hand. */
import type { ListState, MapState, ProcessorSource, StatefulHandlers, StatefulProcessorHandle, TimeMode, ValueState } from '../../columns/user-state.ts'
import { executionError } from '../../errors/spark-error.ts'
import { parseSchema } from '../../types/ddl.ts'
import { arrayType, longType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import { StateCells, type ActiveKey } from './state-cells.ts'
import { variableFor, type VariableShape } from './state-variables.ts'
import { guarded } from './user-output.ts'

/** In Spark's words. */
export type HandleState = 'CREATED' | 'INITIALIZED' | 'DATA_PROCESSED' | 'TIMER_PROCESSED' | 'CLOSED'

/** The stores of the timers by time mode: a row a key, the times ascending. */
export const timerStores = { processingTime: '$procTimers', eventTime: '$eventTimers' } as const
const timerShape = (name: string): VariableShape => ({ kind: 'value', name, schema: timerSchema, keySchema: null, ttlMs: 0 })
/** The schema of the timers' store. */
export const timerSchema = structType([structField('expiryTimestampsMs', arrayType(longType, false), false)])

export class ProcessorHandle implements StatefulProcessorHandle {
  readonly active: ActiveKey = { place: null }
  readonly variables: StateCells[] = []
  readonly dropped: string[] = []
  readonly timers: StateCells | null
  readonly #timeMode: TimeMode
  state: HandleState = 'CREATED'
  registered = 0
  deleted = 0

  constructor(timeMode: TimeMode) {
    this.#timeMode = timeMode
    this.timers = timeMode === 'none' ? null : new StateCells(timerShape(timerStores[timeMode]), this.active)
  }

  getValueState(name: string, schema: string | StructTypeShape, ttlMs = 0): ValueState<any, any> { return this.#declare('value', name, schema, null, ttlMs) as ValueState }
  getListState(name: string, schema: string | StructTypeShape, ttlMs = 0): ListState<any, any> { return this.#declare('list', name, schema, null, ttlMs) as ListState }
  getMapState(name: string, keySchema: string | StructTypeShape, valueSchema: string | StructTypeShape, ttlMs = 0): MapState<any, any, any, any> { return this.#declare('map', name, valueSchema, keySchema, ttlMs) as MapState }

  #declare(kind: VariableShape['kind'], name: string, schema: string | StructTypeShape, keySchema: string | StructTypeShape | null, ttlMs: number): ValueState | ListState | MapState {
    const operation = `get_${kind}_state`
    this.#expect(['CREATED'], operation)
    if (name.startsWith('$') || name.startsWith('_')) throw executionError('STATE_STORE_CANNOT_CREATE_COLUMN_FAMILY_WITH_RESERVED_CHARS', { colFamilyName: name })
    // The name is a folder's, too.
    if (!/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(name) || name === 'default') throw executionError('STATE_STORE_CANNOT_USE_COLUMN_FAMILY_WITH_INVALID_NAME', { colFamilyName: name, operationName: operation })
    if (this.variables.some(v => v.shape.name === name)) throw executionError('STATEFUL_PROCESSOR_DUPLICATE_STATE_VARIABLE_DEFINED', { stateVarName: name })
    if (ttlMs !== 0) {
      if (this.#timeMode !== 'processingTime') throw executionError('STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL', { stateName: name, timeMode: this.#timeMode })
      if (!(ttlMs > 0)) throw executionError('STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE', { stateName: name, operationType: operation })
    }
    const parsed = (s: string | StructTypeShape): StructTypeShape => (typeof s === 'string' ? parseSchema(s) : s)
    const shape: VariableShape = { kind, name, schema: parsed(schema), keySchema: keySchema === null ? null : parsed(keySchema), ttlMs }
    const cells = new StateCells(shape, this.active)
    this.variables.push(cells)
    return variableFor(shape, cells)
  }

  deleteIfExists(name: string): void {
    this.#expect(['CREATED'], 'delete_if_exists')
    this.dropped.push(name)
  }

  registerTimer(expiryTimestampMs: number): void {
    const ms = this.#timerTime('register_timer', expiryTimestampMs), known = this.timerTimes()
    if (known.includes(ms)) return
    this.registered++
    this.setTimerTimes([...known, ms].sort((a, b) => a - b))
  }

  deleteTimer(expiryTimestampMs: number): void {
    const ms = this.#timerTime('delete_timer', expiryTimestampMs), known = this.timerTimes()
    if (!known.includes(ms)) return
    this.deleted++
    this.setTimerTimes(known.filter(t => t !== ms))
  }

  listTimers(): IterableIterator<number> {
    this.#timerTime('list_timers', 0)
    return this.timerTimes()[Symbol.iterator]()
  }

  #timerTime(operation: string, ms: number): number {
    if (this.timers === null) throw executionError('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE', { operationType: operation, timeMode: this.#timeMode })
    this.#expect(['INITIALIZED', 'DATA_PROCESSED'], operation)
    if (!Number.isSafeInteger(ms)) throw executionError('MICROLOTE_STATE_VALUE_MISMATCH', { variable: operation, reason: `${ms} is no time in whole milliseconds` })
    return ms
  }

  #expect(states: readonly HandleState[], operation: string): void {
    if (!states.includes(this.state)) throw executionError('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', { operationType: operation, handleState: this.state })
  }

  /** The timers of the active key, ascending. */
  timerTimes(): readonly number[] {
    const live = this.timers!.read() as { readonly value: unknown[] } | null
    return live === null ? [] : (live.value[0] as bigint[]).map(Number)
  }

  setTimerTimes(times: readonly number[]): void { this.timers!.write(times.length === 0 ? null : { value: [times.map(BigInt)], expiryMs: null }) }
}

/** Hands the handle to the processor; what is called from then on. */
export function initProcessor(processor: ProcessorSource, handle: ProcessorHandle): StatefulHandlers<any, any, any> {
  return guarded(() => {
    if (typeof processor === 'function') return processor(handle)
    processor.init(handle)
    return processor
  }, (reason, cause) => executionError('TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR', { function: 'init', reason }, cause))
}

/** What a processor declares. */
export interface Declared { readonly variables: readonly VariableShape[]; readonly dropped: readonly string[] }
const declared = new WeakMap<object, Map<TimeMode, Declared>>()

/** The variables of a processor, found by calling its `init` once. */
export function declaredBy(processor: ProcessorSource, timeMode: TimeMode): Declared {
  let known = declared.get(processor)
  if (known === undefined) declared.set(processor, known = new Map())
  let found = known.get(timeMode)
  if (found === undefined) {
    const handle = new ProcessorHandle(timeMode)
    initProcessor(processor, handle)
    known.set(timeMode, found = { variables: handle.variables.map(v => v.shape), dropped: handle.dropped })
  }
  return found
}
