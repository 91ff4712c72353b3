/** The list of function families; a new family is one import and one entry. */
import { approxCountDistinctFunctions } from './aggregate/approx-count-distinct.ts'
import { bitmapAggregates } from './aggregate/bitmaps.ts'
import { collectFunctions } from './aggregate/collect.ts'
import { countMinSketchFunctions } from './aggregate/count-min-sketch.ts'
import { histogramFunctions } from './aggregate/histogram.ts'
import { listAggFunctions } from './aggregate/list-agg.ts'
import { minMaxFunctions } from './aggregate/min-max.ts'
import { momentFunctions } from './aggregate/moments.ts'
import { percentileFunctions } from './aggregate/percentiles.ts'
import { productFunctions } from './aggregate/product.ts'
import { sumFunctions } from './aggregate/sum.ts'
import { variantAggregates } from './aggregate/variant-schema.ts'
import { vectorAggregates } from './aggregate/vectors.ts'
import { arithmeticFunctions } from './arithmetic.ts'
import { base32Functions } from './base32.ts'
import { bitmapFunctions } from './bitmaps.ts'
import { bitFunctions } from './bits.ts'
import { cipherFunctions } from './ciphers.ts'
import { collectionFunctions } from './collections.ts'
import { comparisonFunctions } from './comparison.ts'
import { conditionalFunctions } from './conditional.ts'
import { constructorFunctions } from './constructors.ts'
import { counterDiffFunctions } from './counter-diff.ts'
import { currentTimeFunctions } from './current-time.ts'
import { datetimeFunctions } from './datetime.ts'
import { datetimeFormatFunctions } from './datetime-format.ts'
import { csvFunctions } from './csv.ts'
import { inputFileFunctions } from './input-file.ts'
import { jsonFunctions } from './json.ts'
import { encodingFunctions } from './encodings.ts'
import { generatorFunctions } from './generators.ts'
import { groupingFunctions } from './grouping.ts'
import { hashFunctions } from './hashes.ts'
import { higherOrderFunctions } from './higher-order.ts'
import { logicFunctions } from './logic.ts'
import { makeDatetimeFunctions } from './make-datetime.ts'
import { mathFunctions } from './math.ts'
import { nullTestFunctions } from './null-tests.ts'
import { numberBaseFunctions } from './number-bases.ts'
import { numberFormatFunctions } from './number-format.ts'
import { patternFunctions } from './patterns.ts'
import { printfFunctions } from './printf.ts'
import { randomFunctions } from './random.ts'
import { refusedFunctions } from './refused.ts'
import { roundingFunctions } from './rounding.ts'
import { sessionWindowFunctions } from './session-window.ts'
import { similarityFunctions } from './similarity.ts'
import { sketchAggregates, sketchFunctions } from './sketches/sketches.ts'
import { sessionNameFunctions } from './session-names.ts'
import { sequenceFunctions } from './sequence.ts'
import { textBuildFunctions } from './text-build.ts'
import { textFormFunctions } from './text-forms.ts'
import { textPartFunctions } from './text-parts.ts'
import { textSearchFunctions } from './text-search.ts'
import { timeBucketFunctions } from './time-bucket.ts'
import { timeWindowFunctions } from './time-window.ts'
import { timeOfDayFunctions } from './time-of-day.ts'
import { toCharFunctions } from './to-char.ts'
import { structUpdateFunctions } from './struct-updates.ts'
import { typeNameFunctions } from './type-names.ts'
import { variantChangeFunctions } from './variant-change.ts'
import { variantExplodes } from './variant-explode.ts'
import { variantFunctions } from './variant.ts'
import { vectorFunctions } from './vectors.ts'
import { windowFunctions } from './window-functions.ts'
import { xmlFunctions } from './xml.ts'
import { xpathFunctions } from './xpath.ts'

/** Aggregate functions by name. */
export const aggregateFamilies = [
  sketchAggregates,
  approxCountDistinctFunctions, bitmapAggregates, collectFunctions, countMinSketchFunctions, histogramFunctions, listAggFunctions, minMaxFunctions, momentFunctions, percentileFunctions, productFunctions, sumFunctions, variantAggregates, vectorAggregates,
]

export const families = [
  ...aggregateFamilies,
  sketchFunctions,
  refusedFunctions,
  arithmeticFunctions, base32Functions, bitFunctions, bitmapFunctions, cipherFunctions, collectionFunctions, comparisonFunctions, conditionalFunctions, constructorFunctions, counterDiffFunctions, csvFunctions, currentTimeFunctions, datetimeFunctions, datetimeFormatFunctions,
  encodingFunctions, generatorFunctions, groupingFunctions, hashFunctions, higherOrderFunctions, inputFileFunctions, jsonFunctions,
  logicFunctions, makeDatetimeFunctions, mathFunctions, numberBaseFunctions, randomFunctions, roundingFunctions, nullTestFunctions,
  numberFormatFunctions, patternFunctions, printfFunctions, sequenceFunctions, sessionNameFunctions, similarityFunctions, textBuildFunctions, textFormFunctions, textPartFunctions, textSearchFunctions, timeBucketFunctions, timeOfDayFunctions, timeWindowFunctions, sessionWindowFunctions, structUpdateFunctions, toCharFunctions, typeNameFunctions, variantChangeFunctions, variantExplodes, variantFunctions, vectorFunctions, windowFunctions, xmlFunctions, xpathFunctions,
]
