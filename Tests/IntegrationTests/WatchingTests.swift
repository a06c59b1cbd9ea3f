import Foundation
import GanglionClient
import RedisStreams
import Synchronization
import TestKit
import Testing

/// Many who watch one workflow, while nodes come and go.
@Suite("Watching", .timeLimit(.minutes(2)))
struct WatchingTests {
    /// `GANGLION_WATCHERS` has more of them watch.
    private static let watchers = ProcessInfo.processInfo.environment["GANGLION_WATCHERS"].flatMap { Int($0) } ?? 150

    @Test("With a node killed and one told to stop, each watcher gets every event once and in order")
    func failover() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await withServices(3, ["--redis", "unix://\(redis.endpoint.unixPath)"]) { services in
                try await withHAProxy(nodes: services.map(\.address)) { address in
                    try await watch("http://\(address)", killing: services)
                }
            }
        }
    }

    private func watch(_ url: String, killing services: [ServiceProcess]) async throws {
        var options = GanglionClient.Options()
        options.maximumConnections = Self.watchers + 8
        let client = try GanglionClient(url, options: options)
        let types = (0..<12).map { "step\($0)" }
        let steps = types.enumerated().map { number, type in
            let after = number == 0 ? "" : #", "after": ["\#(types[number - 1])"]"#
            return #"{"id": "\#(type)", "task_type": "\#(type)"\#(after)}"#
        }
        let id = try await client.start(#"{"name": "long", "steps": [\#(steps.joined(separator: ", "))]}"#).id
        let progress = EventLog<Int>()
        let seen = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<Self.watchers {
                group.addTask(executorPreference: client.loop) {
                    let ids = Mutex<[String]>([])
                    try await client.watch(id) { event in
                        ids.withLock { $0.append(event.id) }
                        if event.type == "step_completed" { progress.record(number) }
                    }
                    return ids.withLock { $0 }
                }
            }
            // One step after the other, each seen by all before the next.
            let worker = try await client.register(name: "worker", capabilities: types, slots: 1)
            for step in types.indices {
                let tasks = try await client.take(worker.id, max: 1, wait: .seconds(30)).tasks
                let task = try #require(tasks.first)
                _ = try await client.complete(
                    task.taskID, attempt: task.attempt, agent: worker.id, result: "done")
                try await progress.wait(forCount: Self.watchers * (step + 1), within: .seconds(60))
                if step == 3 { await services[0].kill() }
                if step == 7 { #expect(await services[1].terminate() == 0) }
            }
            return try await group.reduce(into: [[String]]()) { $0.append($1) }
        }
        let history = try await client.history(of: id, limit: 1000).items.map(\.id)
        #expect(seen.count == Self.watchers)
        #expect(seen.allSatisfy { $0 == history })
        #expect(history.count == 2 + 3 * types.count)
    }
}
