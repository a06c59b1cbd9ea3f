import GanglionClient
import Testing

@testable import ganglion

@Suite("Examining a service and a machine")
struct ServiceExaminationTests {
    private func node(_ status: String = "alive", workflows: Int = 0, version: String = "0.1.0") -> JSONElement {
        let node: JSONDocument = [
            "status": .string(status), "workflows": .integer(workflows), "version": .string(version),
        ]
        return node.root
    }

    private func type(_ name: String, waiting: Int, agents: Int, age: String, paused: Bool = false) throws -> TaskType {
        try TaskType([
            "task_type": .string(name), "waiting": .integer(waiting), "oldest_waiting_age": .string(age), "running": 0,
            "agents": ["alive": .integer(agents), "draining": 0, "slots": .integer(agents), "held": 0],
            "limited_keys": 0, "paused": .bool(paused), "settings": [:],
        ])
    }

    private func findings(
        _ nodes: [JSONElement], _ types: [TaskType] = [], clockOffset: Duration = .zero
    ) -> [String: Finding.Severity] {
        let findings = ServiceExamination(
            version: "0.1.0", nodes: nodes, taskTypes: types, overview: nil, quarantined: [], clockOffset: clockOffset
        ).findings
        for finding in findings where finding.severity == .error || finding.severity == .warning {
            #expect(finding.cure?.isEmpty == false, "\(finding)")
        }
        return Dictionary(findings.map { ($0.subject, $0.severity) }) { $1 }
    }

    @Test("A service that is as it should be")
    func good() {
        #expect(
            findings([node(), node()]) == ["nodes": .good, "versions": .good, "clock": .good, "task types": .good])
    }

    @Test("One node alone, nodes that differ, and nodes that are gone and still own workflows")
    func nodes() {
        #expect(findings([node()])["nodes"] == .note)
        #expect(findings([node(), node(version: "0.2.0")])["versions"] == .warning)
        #expect(findings([node(version: "0.2.0"), node(version: "0.2.0")])["versions"] == .note)
        #expect(findings([node(), node("lost", workflows: 3)])["lost nodes"] == .error)
        #expect(findings([node(), node("left")])["lost nodes"] == nil)
    }

    @Test("Tasks that nobody does, those of a type that is paused, and those that wait for long")
    func types() throws {
        let types = try [
            type("a", waiting: 3, agents: 0, age: "2s"), type("b", waiting: 3, agents: 0, age: "2s", paused: true),
            type("c", waiting: 3, agents: 2, age: "5m"), type("d", waiting: 3, agents: 2, age: "5s"),
            type("e", waiting: 0, agents: 0, age: "0ms"),
        ]
        let found = findings([node(), node()], types)
        #expect(found["a"] == .error && found["b"] == .warning && found["c"] == .warning)
        #expect(found["d"] == nil && found["e"] == nil && found["task types"] == nil)
    }

    @Test("A clock that differs is told, whichever is ahead", arguments: [Duration.seconds(30), .seconds(-30)])
    func clock(_ offset: Duration) { #expect(findings([node()], clockOffset: offset)["clock"] == .warning) }

    @Test("What of a machine is too little")
    func machine() {
        func found(_ descriptors: Int, _ backlog: Int, _ overcommit: Int, _ pages: String, _ hasRedis: Bool) -> [String]
        {
            MachineExamination(
                descriptors: descriptors, backlog: backlog, overcommit: overcommit, hugePages: pages, hasRedis: hasRedis
            ).findings.filter { $0.severity == .warning }.map(\.subject)
        }
        #expect(found(65_536, 4096, 1, "always [madvise] never", true).isEmpty)
        #expect(
            found(1024, 128, 0, "[always] madvise never", true)
                == ["descriptors", "backlog", "overcommit", "huge pages"])
        #expect(found(65_536, 4096, 0, "[always] madvise never", false).isEmpty)
        #expect(MachineExamination(hasRedis: true).findings.count >= 2)
    }
}
