/** The stores of a stream join, as Spark names and lays them out (state format 2): for each side key -> number of rows, and key and number -> row and whether it was matched. */
import type { Vector } from '../../columns/vector.ts'
import type { StateStore } from '../../state/state-store.ts'
import { booleanType, longType, structField, structType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import type { StreamingTask } from '../operator.ts'

export type SideName = 'left' | 'right'
/** What is known of one side's rows: `timeOf` gives the column of event time from the side's columns and the key columns, null when the side is not bounded. */
export interface SideShape { readonly types: readonly DataType[]; readonly timeOf: ((columns: readonly Vector[], keys: readonly Vector[]) => Vector) | null }
export interface JoinShape { readonly keyTypes: readonly DataType[]; readonly left: SideShape; readonly right: SideShape }

/** The open stores, one of each kind a partition. */
export type JoinStores = Readonly<Record<SideName, { readonly counts: readonly StateStore[]; readonly rows: readonly StateStore[] }>>

export const sides: readonly SideName[] = ['left', 'right']
const countStore = (side: SideName): string => `${side}-keyToNumValues`
const rowStore = (side: SideName): string => `${side}-keyWithIndexToValue`

/** What the planner says of them. */
export function joinStores(keys: readonly { readonly type: DataType; readonly nullable: boolean }[], left: StructTypeShape, right: StructTypeShape): { name: string; keySchema: StructTypeShape; valueSchema: StructTypeShape; isIndex?: boolean }[] {
  const keyFields = keys.map((k, i) => structField(`field${i}`, k.type, k.nullable))
  return sides.flatMap(side => [
    { name: countStore(side), keySchema: structType(keyFields), valueSchema: structType([structField('value', longType)]), isIndex: true },
    { name: rowStore(side), keySchema: structType([...keyFields, structField('index', longType)]), valueSchema: structType([...(side === 'left' ? left : right).fields, structField('matched', booleanType)]) },
  ])
}

export async function openJoinStores(task: StreamingTask, operatorId: number): Promise<JoinStores> {
  const stores = {} as Record<SideName, JoinStores['left']>
  for (const side of sides) stores[side] = { counts: await task.stores(operatorId, countStore(side)), rows: await task.stores(operatorId, rowStore(side)) }
  return stores
}
