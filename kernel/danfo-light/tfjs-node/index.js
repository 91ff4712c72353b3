// Stands in for tfjs-node: danfojs-node asks it for the class Tensor when it makes a frame, and for tensors only in `.tensor` and the scalers.
class Tensor {}
const missing = () => { throw new Error('Esta instalación ligera de danfojs no trae TensorFlow: quita la entrada @tensorflow/tfjs-node de "overrides" y reinstala para usar tensores y escaladores.') }
module.exports = new Proxy({ Tensor }, { get: (known, name) => (name in known || typeof name === 'symbol' || name === '__esModule' || name === 'default' ? known[name] : missing) })
