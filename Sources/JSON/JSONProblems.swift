/// Something wrong with a document that is JSON: where, and what would be right.
package struct JSONProblem: Hashable, Sendable {
    /// RFC 6901.
    package let pointer: String
    package let detail: String

    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// All that is wrong with a document, so that it can be told at once.
package struct JSONProblems: Sendable {
    package private(set) var list: [JSONProblem] = []
    /// Further problems are not kept: nobody reads them, and a hostile document may have thousands.
    package static let limit = 50

    package init() {}

    /// The detail is made only if it is kept: finding what somebody may have meant costs more than the problem.
    package mutating func add(_ pointer: String, _ detail: @autoclosure () -> String) {
        guard list.count < Self.limit else { return }
        list.append(JSONProblem(pointer: pointer, detail: detail()))
    }
}
