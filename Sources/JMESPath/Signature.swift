/// How many arguments of which types a function takes.
struct Signature: Sendable {
    let parameters: [Parameter]
    /// Whether the last parameter may be given more than once.
    let isVariadic: Bool

    init(_ parameters: [Parameter], isVariadic: Bool = false) {
        self.parameters = parameters
        self.isVariadic = isVariadic
    }

    func parameter(_ position: Int) -> Parameter {
        parameters[min(position, parameters.count - 1)]
    }

    /// All that can be known before there are values.
    func check(_ arguments: [Node], of function: Function, at offset: Int) throws(JMESPathError) {
        let isCountRight =
            isVariadic ? arguments.count >= parameters.count : arguments.count == parameters.count
        guard isCountRight else {
            let atLeast = isVariadic ? "at least " : ""
            let noun = parameters.count == 1 ? "argument" : "arguments"
            let reason = "\(function.rawValue) takes \(atLeast)\(parameters.count) \(noun), found \(arguments.count)"
            throw JMESPathError(.invalidArity, at: offset, reason)
        }
        for (position, argument) in arguments.enumerated() {
            var isReference = false
            if case .reference = argument.form { isReference = true }
            var wantsReference = false
            if case .reference = parameter(position) { wantsReference = true }
            guard isReference == wantsReference else {
                let found = isReference ? "an expression that starts with '&'" : "one without '&'"
                throw refusal(of: position, function, found: found, at: offset)
            }
        }
    }

    func refusal(of position: Int, _ function: Function, found: String, at offset: Int) -> JMESPathError {
        let expected = parameter(position).described
        let reason = "argument \(position + 1) of \(function.rawValue) must be \(expected), found \(found)"
        return JMESPathError(.invalidType, at: offset, reason)
    }
}
