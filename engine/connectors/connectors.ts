/** The list of connectors; a new one is one import and one entry. */
import type { Connector } from './connector.ts'
import { consoleConnector } from './console/index.ts'
import { deltaConnector } from './delta/index.ts'
import { fileConnectors } from './file/index.ts'
import { foreachBatchConnector } from './foreach-batch/index.ts'
import { foreachConnector } from './foreach/index.ts'
import { jdbcConnector } from './jdbc/index.ts'
import { kafkaConnector } from './kafka/index.ts'
import { memoryConnector } from './memory/index.ts'
import { noopConnector } from './noop/index.ts'
import { rateConnector } from './rate/index.ts'
import { rateMicroBatchConnector } from './rate/micro-batch.ts'
import { stateMetadataConnector } from './state-store/metadata.ts'
import { stateStoreConnector } from './state-store/index.ts'
import { socketConnector } from './socket/index.ts'

export const connectors: readonly Connector[] = [consoleConnector, deltaConnector, ...fileConnectors, foreachBatchConnector, foreachConnector, jdbcConnector, kafkaConnector, memoryConnector, noopConnector, rateConnector, rateMicroBatchConnector, socketConnector, stateMetadataConnector, stateStoreConnector]
