import JSON
import OrderedCollections

/// Counts down what an evaluation may still do and produce; each way to spend time or memory goes through here.
struct Budget {
    private let limits: EvaluationLimits
    private var steps: Int
    private var bytes: Int

    init(_ limits: EvaluationLimits) {
        self.limits = limits
        self.steps = limits.maximumSteps
        self.bytes = limits.maximumBytes
    }

    mutating func spend(_ count: Int = 1) throws(JMESPathError) {
        guard count <= steps else {
            throw exceeded("takes more than \(limits.maximumSteps) steps")
        }
        steps -= count
    }

    /// For looking at text, which is faster than all else by about this factor.
    mutating func spendReading(_ byteCount: Int) throws(JMESPathError) {
        try spend(1 + byteCount / 64)
    }

    mutating func spendWriting(_ byteCount: Int) throws(JMESPathError) {
        guard byteCount <= bytes else {
            throw exceeded("produces more than \(limits.maximumBytes) bytes")
        }
        bytes -= byteCount
    }

    /// For a value that is put into another one. Values share memory, so that a small expression could describe an
    /// endless one: what counts is its full size, as it would be written.
    mutating func spendProducing(_ value: JSONValue, depth: Int = 1) throws(JMESPathError) {
        try spend()
        switch value {
        case .null, .bool, .integer: try spendWriting(5)
        case .double: try spendWriting(20)
        case .string(let text):
            try spendReading(text.utf8.count)
            try spendWriting(text.utf8.count + 3)
        case .array(let elements):
            try checkDepth(depth)
            try spendWriting(2)
            for element in elements { try spendProducing(element, depth: depth + 1) }
        case .object(let members):
            try checkDepth(depth)
            try spendWriting(2)
            for (name, member) in members {
                try spendWriting(name.utf8.count + 4)
                try spendProducing(member, depth: depth + 1)
            }
        }
    }

    /// For comparing with a value: looks at all of it in the worst case.
    mutating func spendComparing(_ value: JSONValue) throws(JMESPathError) {
        switch value {
        case .null, .bool, .integer, .double: try spend()
        case .string(let text): try spendReading(text.utf8.count)
        case .array(let elements):
            try spend()
            for element in elements { try spendComparing(element) }
        case .object(let members):
            try spend(2)
            for member in members.values { try spendComparing(member) }
        }
    }

    private func checkDepth(_ depth: Int) throws(JMESPathError) {
        guard depth <= limits.maximumDepth else {
            throw exceeded("produces a value nested deeper than \(limits.maximumDepth) levels")
        }
    }

    private func exceeded(_ what: String) -> JMESPathError {
        JMESPathError(.limitExceeded, at: 0, "the evaluation \(what)")
    }
}
