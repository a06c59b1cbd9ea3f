import Coordination
import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// The nodes that share a store, as any of them tells.
@Suite("Nodes", .timeLimit(.minutes(1)))
struct NodeTests {
    @Test("A node is listed with what it owns and where it runs, and one that is gone until it is forgotten")
    func list() async throws {
        var options = ServiceOptions()
        options.node.heartbeat = .milliseconds(50)
        options.node.process = NodeProcess(host: "here", id: 4711, version: "1.2.3")
        try await withService(options) { service in
            for _ in 0..<3 { _ = try await service.start("t") }
            try await eventually {
                try await service.get("/v1/nodes")["nodes"].elements.first?["coordinators"] == 3
            }
            let answer = try await service.get("/v1/nodes")
            #expect(answer["next_cursor"] == .null)
            let nodes = answer["nodes"].elements
            #expect(nodes.count == 1)
            let node = try #require(nodes.first)
            #expect(node["id"] == .string("\(service.node.id)"))
            #expect(node["status"] == "alive")
            #expect(node["workflows"] == 3)
            #expect(node["loops"] == 2)
            #expect(node["claims"] == 0)
            #expect(node["fenced_commits"] == 0)
            #expect(node["host"] == "here")
            #expect(node["pid"] == 4711)
            #expect(node["version"] == "1.2.3")
        }
    }
}
