@testable import Coordination

extension TaskCall: ExpressibleByStringLiteral {
    public init(stringLiteral type: String) { self.init(type) }
}
