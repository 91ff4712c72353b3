// Stands in for xlsx: danfojs-node asks for it when it loads, and uses it only in readExcel and toExcel.
const missing = () => { throw new Error('Esta instalación ligera de danfojs no lee ni escribe Excel: quita la entrada xlsx de "overrides" y reinstala.') }
module.exports = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' || name === '__esModule' || name === 'default' ? undefined : missing) })
