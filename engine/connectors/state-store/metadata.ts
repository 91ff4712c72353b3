/**
 * The format `state-metadata`: which stateful operators a checkpoint has, a row a store, and which batches can be read with `statestore`.
 *
 *     spark.read.format("state-metadata").load("ckpt").show()
 */
import { batchOfRows } from '../../columns/rows.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { listOperatorMetadata } from '../../state/schema-check.ts'
import { joinPath } from '../../storage/files.ts'
import { intType, longType, stringType, structField, structType } from '../../types/data-type.ts'
import type { Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import { batchIds, checkpointPath } from './wanted.ts'

const schema = structType([
  structField('operatorId', longType), structField('operatorName', stringType), structField('stateStoreName', stringType), structField('numPartitions', intType),
  structField('minBatchId', longType), structField('maxBatchId', longType), structField('operatorProperties', stringType),
])

export const stateMetadataConnector: Connector = {
  name: 'state-metadata',
  batchSource: {
    schema(given, options, paths) {
      refuseSchema('state-metadata', given)
      checkpointPath(options, paths)
      options.refuseUnknown(['path'])
      return schema
    },
    async *read(_schema, options, paths, _columns, { files }) {
      const checkpoint = checkpointPath(options, paths)
      const committed = batchIds(await files.list(joinPath(checkpoint, 'commits')))
      if (committed.length === 0) throw analysisError('STDS_COMMITTED_BATCH_UNAVAILABLE', { checkpointLocation: checkpoint })
      const operators = await listOperatorMetadata(files, joinPath(checkpoint, 'state'))
      yield batchOfRows(schema, operators.flatMap(o => o.stateStoreInfo.map(s => ({
        operatorId: o.operatorInfo.operatorId, operatorName: o.operatorInfo.operatorName, stateStoreName: s.storeName, numPartitions: s.numPartitions, minBatchId: committed[0], maxBatchId: committed.at(-1), operatorProperties: null,
      }))))
    },
  },
}
