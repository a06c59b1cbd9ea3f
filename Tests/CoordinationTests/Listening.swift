import Coordination
import Sockets
import TestKit
import WorkflowCore

/// What nodes are told by a store, heard in their place.
struct Listening: Sendable {
    fileprivate let changes: any MessageSource
    fileprivate let log = EventLog<(channel: Channel, message: NodeMessage)>()

    /// What is told to north and south is heard anyway; a workflow's commits once this is called.
    func listen(to workflow: WorkflowID) async throws { try await changes.listen(to: .workflow(workflow)) }

    /// The newest message there, as soon as there is one.
    func next(at channel: Channel) async throws -> NodeMessage? {
        try await log.wait { $0.contains { $0.channel == channel } }.last { $0.channel == channel }?.message
    }

    func wait(forCount count: Int, at channel: Channel) async throws {
        try await log.wait { $0.count { $0.channel == channel } >= count }
    }

    func count(at channel: Channel) -> Int { log.events.count { $0.channel == channel } }
}

/// Runs the body while what the store tells is heard.
func withListening(to test: StoreUnderTest, _ body: (Listening) async throws -> Void) async throws {
    let loop = try EventLoop(name: "listener")
    let nodes = [NodeID.north, .south].map { (Channel.node($0), test.messages(on: loop)) }
    let listening = Listening(changes: test.messages(on: loop))
    let connections = EventLog<Bool>()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (channel, source) in nodes {
            group.addTask {
                await source.run { heard in
                    switch heard {
                    case .connected: connections.record(true)
                    case .message(let message): listening.log.record((channel, message))
                    }
                }
            }
            try await source.listen(to: channel)
        }
        group.addTask {
            await listening.changes.run { heard in
                if case .connected = heard { connections.record(true) }
                guard case .message(.changed(let id, let revision)) = heard else { return }
                listening.log.record((.workflow(id), .changed(id, revision: revision)))
            }
        }
        defer { group.cancelAll() }
        try await connections.wait(forCount: nodes.count + 1)
        try await body(listening)
    }
}
