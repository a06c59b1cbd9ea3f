import GanglionClient

/// How the reviews of all documents stand, for the line that lives and the table at the end.
struct DemoReport: Sendable {
    private(set) var names: [String]
    private(set) var workflows: [WorkflowStatus?]

    init(_ names: [String]) {
        self.names = names
        workflows = [WorkflowStatus?](repeating: nil, count: names.count)
    }

    mutating func update(_ index: Int, _ workflow: WorkflowStatus) { workflows[index] = workflow }

    private var started: [WorkflowStatus] { workflows.compactMap(\.self) }

    func count(_ state: WorkflowState) -> Int { started.count { $0.status == state } }

    /// Every document has been reviewed, or waits for a person.
    var isSettled: Bool { workflows.allSatisfy { $0.map { $0.status.isEnd || $0.status == .escalated } ?? false } }

    var areAllCompleted: Bool { workflows.allSatisfy { $0?.status == .completed } }

    /// `12 of 15 documents · 1 extract · 1 validate · 1 waits for you`.
    var line: String {
        var parts = ["\(count(.completed)) of \(names.count) documents"]
        for type in ["classify", "extract", "validate", "summarize"] {
            let open = started.count { workflow in
                workflow.steps.contains {
                    $0.taskType == type && [.queued, .running, .backingOff].contains($0.status)
                }
            }
            if open > 0 { parts.append("\(open) \(type)") }
        }
        if count(.escalated) > 0 { parts.append("\(count(.escalated)) waits for you") }
        return parts.joined(separator: " · ")
    }

    func table() -> Table {
        var table = Table([
            .init(heading: "document"), .init(heading: "kind"), .init(heading: "found", isFlexible: true),
            .init(heading: "summary", isFlexible: true), .init(heading: "ms", isNumber: true),
        ])
        for (name, workflow) in zip(names, workflows) {
            guard let workflow else { continue }
            table.add([
                name, workflow[step: "classify"]?.result?["kind"].string ?? "-", Self.found(workflow),
                Self.summary(workflow), Self.milliseconds(workflow),
            ])
        }
        return table
    }

    private static func found(_ workflow: WorkflowStatus) -> String {
        guard let extraction = workflow[step: "extract"]?.result else { return "-" }
        var found: [String] = []
        if let title = extraction["title"].string {
            found.append([title, extraction["version"].string].compactMap(\.self).joined(separator: " "))
        }
        for (field, one, many) in [
            ("dates", "date", "dates"), ("copyright_holders", "holder", "holders"), ("headings", "heading", "headings"),
            ("defined_terms", "term", "terms"),
        ] {
            let count = extraction[field].elements.count
            if count > 0 { found.append("\(count) \(count == 1 ? one : many)") }
        }
        let missing = workflow[step: "validate"]?.result?["missing"].elements.compactMap(\.string) ?? []
        if !missing.isEmpty { found.append("missing: \(missing.joined(separator: ", "))") }
        return found.joined(separator: " · ")
    }

    private static func summary(_ workflow: WorkflowStatus) -> String {
        if workflow.status == .escalated { return "waits for a person" }
        guard workflow.status == .completed else { return workflow.failure.map { "\($0)" } ?? workflow.status.rawValue }
        let text = workflow[step: "summarize"]?.result?["text"].string ?? ""
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func milliseconds(_ workflow: WorkflowStatus) -> String {
        guard let endedAt = workflow.endedAt else { return "" }
        return String(endedAt.millisecondsSince1970 - workflow.createdAt.millisecondsSince1970)
    }
}
