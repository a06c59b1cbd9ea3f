package import JMESPath
import JSON

/// Why there is no payload, or no output.
package enum RenderingError: Error, Hashable, Sendable {
    case expression(JMESPathError)
    /// It would be longer than it may be.
    case tooLong
}

extension JSONText {
    func within(_ limit: Int) throws(RenderingError) -> JSONText {
        guard bytes.count <= limit else { throw .tooLong }
        return self
    }
}
