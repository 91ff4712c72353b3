/** Schemas as DDL text, as JSON and as a tree, held against what Spark 4.3.0 answered (its own run). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleString, sqlName, type DataType } from '../../engine/types/data-type.ts'
import { parseSchema, parseType, parseTypeOrSchema, toDDL } from '../../engine/types/ddl.ts'
import { typeFromJsonText, typeToJson } from '../../engine/types/schema-json.ts'
import {
  ArrayType, BooleanType, CalendarIntervalType, ByteType, DataTypes, DayTimeIntervalType, DecimalType, IntegerType, LongType, MapType, NullType, ShortType, StringType, StructField, StructType, TimestampNTZType,
  TimestampType, YearMonthIntervalType, DoubleType,
} from '../../engine/types/schema.ts'

type Row = readonly (string | null)[]
const conditionOf = (what: () => unknown): string => { try { what(); return 'none' } catch (error) { return `!${(error as { condition: string }).condition}` } }
const json = (t: DataType): string => JSON.stringify(typeToJson(t))

// StructType.fromDDL: text, json, toDDL, treeString
const schemas: readonly Row[] = [
  
  ['k STRING NOT NULL COMMENT \'the key\', ts TIMESTAMP', '{"type":"struct","fields":[{"name":"k","type":"string","nullable":false,"metadata":{"comment":"the key"}},{"name":"ts","type":"timestamp","nullable":true,"metadata":{}}]}', 'k STRING NOT NULL COMMENT \'the key\',ts TIMESTAMP', 'root\n |-- k: string (nullable = false)\n |-- ts: timestamp (nullable = true)\n'],
  ['a ARRAY<STRUCT<x: INT, y: MAP<STRING, DECIMAL(10,2)>>>, `weird name` BIGINT', '{"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":{"type":"struct","fields":[{"name":"x","type":"integer","nullable":true,"metadata":{}},{"name":"y","type":{"type":"map","keyType":"string","valueType":"decimal(10,2)","valueContainsNull":true},"nullable":true,"metadata":{}}]},"containsNull":true},"nullable":true,"metadata":{}},{"name":"weird name","type":"long","nullable":true,"metadata":{}}]}', 'a ARRAY<STRUCT<x: INT, y: MAP<STRING, DECIMAL(10,2)>>>,`weird name` BIGINT', 'root\n |-- a: array (nullable = true)\n |    |-- element: struct (containsNull = true)\n |    |    |-- x: integer (nullable = true)\n |    |    |-- y: map (nullable = true)\n |    |    |    |-- key: string\n |    |    |    |-- value: decimal(10,2) (valueContainsNull = true)\n |-- weird name: long (nullable = true)\n'],
  ['a decimal', '{"type":"struct","fields":[{"name":"a","type":"decimal(10,0)","nullable":true,"metadata":{}}]}', 'a DECIMAL(10,0)', 'root\n |-- a: decimal(10,0) (nullable = true)\n'],
  ['a dec(5)', '{"type":"struct","fields":[{"name":"a","type":"decimal(5,0)","nullable":true,"metadata":{}}]}', 'a DECIMAL(5,0)', 'root\n |-- a: decimal(5,0) (nullable = true)\n'],
  ['a interval', '{"type":"struct","fields":[{"name":"a","type":"interval","nullable":true,"metadata":{}}]}', 'a INTERVAL', 'root\n |-- a: interval (nullable = true)\n'],
  ['a interval day to second', '{"type":"struct","fields":[{"name":"a","type":"interval day to second","nullable":true,"metadata":{}}]}', 'a INTERVAL DAY TO SECOND', 'root\n |-- a: interval day to second (nullable = true)\n'],
  ['a interval year', '{"type":"struct","fields":[{"name":"a","type":"interval year","nullable":true,"metadata":{}}]}', 'a INTERVAL YEAR', 'root\n |-- a: interval year (nullable = true)\n'],
  ['a long', '{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}', 'a BIGINT', 'root\n |-- a: long (nullable = true)\n'],
  ['a real', '{"type":"struct","fields":[{"name":"a","type":"float","nullable":true,"metadata":{}}]}', 'a FLOAT', 'root\n |-- a: float (nullable = true)\n'],
  ['a timestamp_ltz', '{"type":"struct","fields":[{"name":"a","type":"timestamp","nullable":true,"metadata":{}}]}', 'a TIMESTAMP', 'root\n |-- a: timestamp (nullable = true)\n'],
  ['a void', '{"type":"struct","fields":[{"name":"a","type":"void","nullable":true,"metadata":{}}]}', 'a VOID', 'root\n |-- a: void (nullable = true)\n'],
  ['a int, a string', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}},{"name":"a","type":"string","nullable":true,"metadata":{}}]}', 'a INT,a STRING', 'root\n |-- a: integer (nullable = true)\n |-- a: string (nullable = true)\n'],
  ['array int', '{"type":"struct","fields":[{"name":"array","type":"integer","nullable":true,"metadata":{}}]}', 'array INT', 'root\n |-- array: integer (nullable = true)\n'],
  ['a struct<b int, c: string not null comment \'x\'>', '{"type":"struct","fields":[{"name":"a","type":{"type":"struct","fields":[{"name":"b","type":"integer","nullable":true,"metadata":{}},{"name":"c","type":"string","nullable":false,"metadata":{"comment":"x"}}]},"nullable":true,"metadata":{}}]}', 'a STRUCT<b: INT, c: STRING NOT NULL COMMENT \'x\'>', 'root\n |-- a: struct (nullable = true)\n |    |-- b: integer (nullable = true)\n |    |-- c: string (nullable = false)\n'],
  ['a struct<>', '{"type":"struct","fields":[{"name":"a","type":{"type":"struct","fields":[]},"nullable":true,"metadata":{}}]}', 'a STRUCT<>', 'root\n |-- a: struct (nullable = true)\n'],
  ['`a``b` int', '{"type":"struct","fields":[{"name":"a`b","type":"integer","nullable":true,"metadata":{}}]}', '`a``b` INT', 'root\n |-- a`b: integer (nullable = true)\n'],
  ['1a int', '{"type":"struct","fields":[{"name":"1a","type":"integer","nullable":true,"metadata":{}}]}', '`1a` INT', 'root\n |-- 1a: integer (nullable = true)\n'],
  ['a int -- comment', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}', 'a INT', 'root\n |-- a: integer (nullable = true)\n'],
  ['select int', '{"type":"struct","fields":[{"name":"select","type":"integer","nullable":true,"metadata":{}}]}', 'select INT', 'root\n |-- select: integer (nullable = true)\n'],
  ['a int comment "dq"', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{"comment":"dq"}}]}', 'a INT COMMENT \'dq\'', 'root\n |-- a: integer (nullable = true)\n'],
  ['a string comment \'it\'\'s\'', '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{"comment":"it\'s"}}]}', 'a STRING COMMENT \'it\\\'s\'', 'root\n |-- a: string (nullable = true)\n'],
  ['a string comment \'it\\\'s\'', '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{"comment":"it\'s"}}]}', 'a STRING COMMENT \'it\\\'s\'', 'root\n |-- a: string (nullable = true)\n'],
  ['a map<string,array<map<int,struct<z:date>>>>', '{"type":"struct","fields":[{"name":"a","type":{"type":"map","keyType":"string","valueType":{"type":"array","elementType":{"type":"map","keyType":"integer","valueType":{"type":"struct","fields":[{"name":"z","type":"date","nullable":true,"metadata":{}}]},"valueContainsNull":true},"containsNull":true},"valueContainsNull":true},"nullable":true,"metadata":{}}]}', 'a MAP<STRING, ARRAY<MAP<INT, STRUCT<z: DATE>>>>', 'root\n |-- a: map (nullable = true)\n |    |-- key: string\n |    |-- value: array (valueContainsNull = true)\n |    |    |-- element: map (containsNull = true)\n |    |    |    |-- key: integer\n |    |    |    |-- value: struct (valueContainsNull = true)\n |    |    |    |    |-- z: date (nullable = true)\n'],
  ['a binary, b float, c double, d boolean, e smallint, f tinyint, g date, h timestamp, i timestamp_ntz', '{"type":"struct","fields":[{"name":"a","type":"binary","nullable":true,"metadata":{}},{"name":"b","type":"float","nullable":true,"metadata":{}},{"name":"c","type":"double","nullable":true,"metadata":{}},{"name":"d","type":"boolean","nullable":true,"metadata":{}},{"name":"e","type":"short","nullable":true,"metadata":{}},{"name":"f","type":"byte","nullable":true,"metadata":{}},{"name":"g","type":"date","nullable":true,"metadata":{}},{"name":"h","type":"timestamp","nullable":true,"metadata":{}},{"name":"i","type":"timestamp_ntz","nullable":true,"metadata":{}}]}', 'a BINARY,b FLOAT,c DOUBLE,d BOOLEAN,e SMALLINT,f TINYINT,g DATE,h TIMESTAMP,i TIMESTAMP_NTZ', 'root\n |-- a: binary (nullable = true)\n |-- b: float (nullable = true)\n |-- c: double (nullable = true)\n |-- d: boolean (nullable = true)\n |-- e: short (nullable = true)\n |-- f: byte (nullable = true)\n |-- g: date (nullable = true)\n |-- h: timestamp (nullable = true)\n |-- i: timestamp_ntz (nullable = true)\n'],
]

// StructType.fromDDL: text, error condition
const refused: readonly Row[] = [
  ['a int b string', '!PARSE_SYNTAX_ERROR'], ['bigint', '!PARSE_SYNTAX_ERROR'], ['', '!PARSE_EMPTY_STATEMENT'], ['  ', '!PARSE_EMPTY_STATEMENT'], ['a', '!PARSE_SYNTAX_ERROR'],
  ['a int,', '!PARSE_SYNTAX_ERROR'], ['a foo', '!UNSUPPORTED_DATATYPE'], ['a array', '!INCOMPLETE_TYPE_DEFINITION.ARRAY'], ['a map', '!INCOMPLETE_TYPE_DEFINITION.MAP'],
  ['a struct', '!INCOMPLETE_TYPE_DEFINITION.STRUCT'], ['a array<>', '!PARSE_SYNTAX_ERROR'], ['a map<int>', '!PARSE_SYNTAX_ERROR'],
  ['a decimal(39,2)', '!DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION'], ['a decimal(10,12)', '!DECIMAL_SCALE_EXCEEDS_PRECISION'], ['a decimal(10,-2)', '!PARSE_SYNTAX_ERROR'],
  ['a interval second to day', '!PARSE_SYNTAX_ERROR'], ['a varchar', '!DATATYPE_MISSING_SIZE'], ['a null', '!UNSUPPORTED_DATATYPE'], ['a int not null default 5', '!PARSE_SYNTAX_ERROR'],
  ['a int default 5', '!PARSE_SYNTAX_ERROR'], ['a int generated always as (1)', '!PARSE_SYNTAX_ERROR'], ['a-b int', '!INVALID_IDENTIFIER'], ['añb int', '!INVALID_IDENTIFIER'],
  ['a.b int', '!PARSE_SYNTAX_ERROR'], ['1 int', '!PARSE_SYNTAX_ERROR'], ['a geometry', '!UNSUPPORTED_DATATYPE'], ['a int(5)', '!UNSUPPORTED_DATATYPE'], ['a decimal()', '!PARSE_SYNTAX_ERROR'],
  ['a decimal(5,', '!PARSE_SYNTAX_ERROR'], ['a decimal(x)', '!PARSE_SYNTAX_ERROR'], ['a decimal(5.5)', '!PARSE_SYNTAX_ERROR'],
]

// DataType.fromDDL: text, json (or error), sql, simpleString
const types: readonly Row[] = [
  ['bigint', '"long"', 'BIGINT', 'bigint'], ['int', '"integer"', 'INT', 'int'],
  ['struct<a:int>', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}', 'STRUCT<a: INT>', 'struct<a:int>'],
  ['a int', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}', 'STRUCT<a: INT>', 'struct<a:int>'],
  ['a int, b string', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}},{"name":"b","type":"string","nullable":true,"metadata":{}}]}', 'STRUCT<a: INT, b: STRING>', 'struct<a:int,b:string>'],
  ['interval day to second', '"interval day to second"', 'INTERVAL DAY TO SECOND', 'interval day to second'], ['decimal(10,2)', '"decimal(10,2)"', 'DECIMAL(10,2)', 'decimal(10,2)'],
  ['array<int>', '{"type":"array","elementType":"integer","containsNull":true}', 'ARRAY<INT>', 'array<int>'],
  ['map<int,string>', '{"type":"map","keyType":"integer","valueType":"string","valueContainsNull":true}', 'MAP<INT, STRING>', 'map<int,string>'], ['foo', '!UNSUPPORTED_DATATYPE', null, null],
  ['a foo', '!PARSE_SYNTAX_ERROR', null, null], ['', '!PARSE_EMPTY_STATEMENT', null, null], ['string not null', '!PARSE_SYNTAX_ERROR', null, null],
  ['INTERVAL YEAR TO MONTH', '"interval year to month"', 'INTERVAL YEAR TO MONTH', 'interval year to month'], ['interval month', '"interval month"', 'INTERVAL MONTH', 'interval month'],
  ['interval hour to minute', '"interval hour to minute"', 'INTERVAL HOUR TO MINUTE', 'interval hour to minute'],
  ['struct<`a b`:int NOT NULL>', '{"type":"struct","fields":[{"name":"a b","type":"integer","nullable":false,"metadata":{}}]}', 'STRUCT<`a b`: INT NOT NULL>', 'struct<a b:int>'],
  ['long', '"long"', 'BIGINT', 'bigint'], ['timestamp_ltz', '"timestamp"', 'TIMESTAMP', 'timestamp'],
]

// DataType.fromJson: text, its json (or error)
const jsons: readonly Row[] = [
  ['"long"', '"long"'], ['"bigint"', '!INVALID_JSON_DATA_TYPE'], ['"integer"', '"integer"'], ['"int"', '!INVALID_JSON_DATA_TYPE'], ['"decimal"', '"decimal(10,0)"'],
  ['"decimal(10,2)"', '"decimal(10,2)"'], ['"decimal( 10 , 2 )"', '"decimal(10,2)"'], ['"interval day to second"', '"interval day to second"'], ['"interval day"', '"interval day"'],
  ['"void"', '"void"'], ['"null"', '"void"'], ['"timestamp_ltz"', '"timestamp"'], ['"foo"', '!INVALID_JSON_DATA_TYPE'],
  ['{"type":"array","elementType":"long","containsNull":false}', '{"type":"array","elementType":"long","containsNull":false}'],
  ['{"type":"struct","fields":[{"name":"a","type":"integer"}]}', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}'],
  ['{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false}]}', '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false,"metadata":{}}]}'],
  ['{"type":"map","keyType":"string","valueType":"long","valueContainsNull":true}', '{"type":"map","keyType":"string","valueType":"long","valueContainsNull":true}'],
  ['{}', '!INVALID_JSON_DATA_TYPE'], ['"byte"', '"byte"'], ['"short"', '"short"'], ['"interval"', '"interval"'], ['"calendarinterval"', '!INVALID_JSON_DATA_TYPE'],
]

test('DDL texts to schemas, and schemas to JSON, DDL and trees', () => {
  for (const [text, asJson, ddl, tree] of schemas) {
    const schema = parseSchema(text!)
    assert.equal(json(schema), asJson, text!)
    assert.equal(toDDL(schema), ddl, text!)
    assert.equal(StructType.from(schema).treeString(), tree, text!)
    assert.equal(json(parseSchema(ddl!)), asJson, 'the DDL text reads back as the same schema')
    assert.equal(json(typeFromJsonText(asJson!)), asJson, 'so does the JSON text')
  }
})

test('DDL texts that are refused, by condition', () => {
  for (const [text, condition] of refused) assert.equal(conditionOf(() => parseSchema(text!)), condition, text!)
})

test('texts of types, as from_json and cast take them', () => {
  for (const [text, asJson, sql, simple] of types) {
    if (asJson!.startsWith('!')) { assert.equal(conditionOf(() => parseTypeOrSchema(text!)), asJson, text!); continue }
    const type = parseTypeOrSchema(text!)
    assert.deepEqual([json(type), sqlName(type), simpleString(type)], [asJson, sql, simple], text!)
  }
  assert.equal(simpleString(parseType('varchar(10)')), 'string')
  assert.equal(simpleString(parseSchema('a: int, b: array<string>')), 'struct<a:int,b:array<string>>')
})

test('JSON texts of types', () => {
  for (const [text, expected] of jsons) {
    if (expected!.startsWith('!')) assert.equal(conditionOf(() => typeFromJsonText(text!)), expected, text!)
    else assert.equal(json(typeFromJsonText(text!)), expected, text!)
  }
  assert.equal(conditionOf(() => typeFromJsonText('not json')), '!INVALID_JSON_DATA_TYPE')
})

test('the classes of the guide are values of the engine', () => {
  const schema = new StructType([
    new StructField('evento_id', new StringType(), false),
    new StructField('monto', new DoubleType(), true),
    new StructField('timestamp', new TimestampType()),
  ])
  assert.equal(schema.toDDL(), 'evento_id STRING NOT NULL,monto DOUBLE,timestamp TIMESTAMP')
  assert.equal(schema.simpleString(), 'struct<evento_id:string,monto:double,timestamp:timestamp>')
  assert.deepEqual(schema.names, ['evento_id', 'monto', 'timestamp'])
  assert.deepEqual(schema.fieldNames(), schema.names)
  assert.equal(schema.equals(parseSchema('evento_id STRING, monto DOUBLE, timestamp TIMESTAMP')), true)
  assert.equal(StructType.fromJson(schema.json()).json(), schema.json())
  assert.equal(StructType.fromDDL('n BIGINT').add('d', 'decimal(5,2)', false).add(new StructField('b', new BooleanType())).toDDL(), 'n BIGINT,d DECIMAL(5,2) NOT NULL,b BOOLEAN')
  assert.equal(schema.field('monto')?.dataType.simpleString(), 'double')
  assert.equal(schema.field('Monto'), null)
  assert.equal(conditionOf(() => new DecimalType(39, 0)), '!DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION')
  assert.equal(conditionOf(() => new DecimalType(5, 6)), '!DECIMAL_SCALE_EXCEEDS_PRECISION')
  assert.equal(DataTypes.createStructType([DataTypes.createStructField('id', DataTypes.LongType, false)]).toDDL(), 'id BIGINT NOT NULL')
})

test('the tree of every kind of type', () => {
  const schema = new StructType([
    new StructField('a', new ArrayType(new StructType([new StructField('x', new IntegerType(), false), new StructField('y', new MapType(new StringType(), new DecimalType(10, 2)))]), false)),
    new StructField('b', new LongType(), false), new StructField('c', new TimestampNTZType()), new StructField('d', new DayTimeIntervalType()), new StructField('e', new ShortType()),
    new StructField('f', new ByteType()), new StructField('g', new NullType()), new StructField('h', new YearMonthIntervalType(0, 0)), new StructField('i j', new CalendarIntervalType()),
  ])
  assert.equal(schema.treeString(), 'root\n |-- a: array (nullable = true)\n |    |-- element: struct (containsNull = false)\n |    |    |-- x: integer (nullable = false)\n |    |    |-- y: map (nullable = true)\n |    |    |    |-- key: string\n |    |    |    |-- value: decimal(10,2) (valueContainsNull = true)\n |-- b: long (nullable = false)\n |-- c: timestamp_ntz (nullable = true)\n |-- d: interval day to second (nullable = true)\n |-- e: short (nullable = true)\n |-- f: byte (nullable = true)\n |-- g: void (nullable = true)\n |-- h: interval year (nullable = true)\n |-- i j: interval (nullable = true)\n')
})
