import JSON

/// How it is chosen which agent is offered a task first. What that agent does not take in time goes to the pool.
package struct DispatchRule: Hashable, Sendable {
    package let mode: Mode
    /// How long a task waits for the agent that it is directed to.
    package let wait: Duration

    package enum Mode: Hashable, Sendable {
        /// Nobody is chosen: whoever has a free slot takes it.
        case pull
        /// Who has the smallest share of its slots taken.
        case leastLoaded
        /// One after the other.
        case roundRobin
        /// Tasks with the same key go to the same agent.
        case affinity(TaskKey)
        /// By percentages of an agent's version, or of the values of a label.
        case weighted(Weights)
    }

    /// What is told apart, and how many of a hundred tasks go to agents with each value; the rest go to others.
    package struct Weights: Hashable, Sendable {
        /// `nil` for the version.
        package let label: String?
        package let percentages: [Share]
    }

    package struct Share: Hashable, Sendable {
        package let value: String
        package let percentage: Int
    }

    private enum Name: String, CaseIterable {
        case pull, affinity, weighted
        case leastLoaded = "least_loaded"
        case roundRobin = "round_robin"
    }

    package static let defaultWait = Duration.seconds(2)
    private static let longestWait = Duration.seconds(3600)
    private static let byVersion = "version"
    private static let maximumShares = 16

    package init(_ mode: Mode, wait: Duration = Self.defaultWait) {
        self.mode = mode
        self.wait = wait
    }

    // MARK: Reading

    /// Reads `{"mode", "wait", "key", "by", "weights"}`.
    init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let before = problems.list.count
        let hasMode = reader.required("mode", problems: &problems) != nil
        let name = hasMode ? reader.optional(enumerated: "mode", as: Name.self, problems: &problems) : nil
        let wait = reader.optionalDuration("wait", problems: &problems) ?? Self.defaultWait
        if wait <= .zero || wait > Self.longestWait {
            problems.add(reader.pointer("wait"), "expected more than 0 and at most \(Self.longestWait.text)")
        }
        let mode: Mode?
        switch name {
        case .pull: mode = .pull
        case .leastLoaded: mode = .leastLoaded
        case .roundRobin: mode = .roundRobin
        case .affinity: mode = TaskKey.required(&reader, problems: &problems).map(Mode.affinity)
        case .weighted: mode = Weights(&reader, problems: &problems).map(Mode.weighted)
        case nil: return nil
        }
        reader.finish(problems: &problems)
        guard let mode, problems.list.count == before else { return nil }
        self.init(mode, wait: wait)
    }

    func write(to writer: inout JSONWriter) {
        writer.field("mode", name.rawValue)
        writer.field("wait", wait.text)
        switch mode {
        case .pull, .leastLoaded, .roundRobin: break
        case .affinity(let key): writer.field("key", key.source)
        case .weighted(let weights):
            writer.field("by", weights.label ?? Self.byVersion)
            writer.name("weights")
            writer.object { writer in
                for share in weights.percentages { writer.field(share.value, share.percentage) }
            }
        }
    }

    private var name: Name {
        switch mode {
        case .pull: .pull
        case .leastLoaded: .leastLoaded
        case .roundRobin: .roundRobin
        case .affinity: .affinity
        case .weighted: .weighted
        }
    }
}

extension DispatchRule.Weights {
    fileprivate init?(_ reader: inout JSONObjectReader, problems: inout JSONProblems) {
        let by = reader.optional(string: "by", length: 1...64, problems: &problems) ?? DispatchRule.byVersion
        guard let node = reader.required("weights", problems: &problems) else { return nil }
        let pointer = reader.pointer("weights")
        guard var weights = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        guard (1...DispatchRule.maximumShares).contains(node.members.count) else {
            problems.add(pointer, "expected 1 to \(DispatchRule.maximumShares) values and their percentages")
            return nil
        }
        var shares: [DispatchRule.Share] = []
        for (value, _) in node.members {
            guard let share = weights.required(integer: value, in: 0...100, problems: &problems) else { continue }
            shares.append(DispatchRule.Share(value: value, percentage: share))
        }
        let sum = shares.reduce(0) { $0 + $1.percentage }
        if sum > 100 { problems.add(pointer, "the percentages are \(sum) together, and at most 100 are possible") }
        self.init(label: by == DispatchRule.byVersion ? nil : by, percentages: shares)
    }
}
