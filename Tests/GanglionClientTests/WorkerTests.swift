import GanglionClient
import HTTP
import ServiceLifecycle
import Sockets
import Synchronization
import TestKit
import Testing

@Suite("Workers", .timeLimit(.minutes(1)))
struct WorkerTests {
    private static let echo: AgentWorker.Handler = { task in task.payload }

    /// Runs a worker for as long as the body does, and then waits until it has left.
    private func withWorker(
        of queue: FakeQueue, at address: SocketAddress, on loop: EventLoop, slots: Int = 1,
        options: AgentWorker.Options = .init(), handler: @escaping AgentWorker.Handler,
        body: @Sendable () async throws -> Void
    ) async throws {
        let worker = AgentWorker(
            GanglionClient(address, on: loop), name: "w", capabilities: ["work"], slots: slots, options: options,
            logger: .quiet, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await worker.run() }
            defer { tasks.cancelAll() }
            try await body()
        }
    }

    @Test("Registers, takes, works, hands in, and leaves")
    func working() async throws {
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            await queue.add("t1", "t2", "t3")
            try await withWorker(of: queue, at: address, on: loop, slots: 2, handler: Self.echo) {
                try await eventually { await queue.result(of: "t3") != nil }
                #expect(await queue.result(of: "t1") == ["id": "t1"])
            }
            let lines = queue.log.events
            #expect(lines[0] == "register w")
            #expect(lines[1] == "take 2 running= finished=")
            #expect(lines.last == "deregister agent_1")
        }
    }

    @Test("Handlers on the client's loop hand in with the next take: one request for many tasks")
    func batches() async throws {
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            for number in 0..<100 { await queue.add("t\(number)") }
            var options = AgentWorker.Options()
            options.handlerExecutor = loop
            try await withWorker(
                of: queue, at: address, on: loop, slots: 30, options: options, handler: Self.echo
            ) {
                try await eventually { await queue.result(of: "t99") != nil }
            }
            // The last one too, although the worker has free slots then.
            #expect(queue.log.events.count { $0.hasPrefix("take 30 running= finished=t") } == 4)
            #expect(queue.log.events.allSatisfy { !$0.hasPrefix("complete") })
        }
    }

    @Test("Works on as many tasks at once as it has slots, and hands in one while others go on and a poll is open")
    func slots() async throws {
        let queue = FakeQueue()
        let started = EventLog<String>()
        let gates = ["t1": Signal(), "t2": Signal()]
        try await withService(queue) { address, loop in
            await queue.add("t1", "t2")
            try await withWorker(of: queue, at: address, on: loop, slots: 3) { task in
                started.record(task.id)
                try await gates[task.id]?.wait()
                return .string(task.id)
            } body: {
                try await started.wait(forCount: 2)
                try await queue.log.wait(for: "take 1 running=t1,t2 finished=")
                gates["t2"]?.send()
                try await queue.log.wait(for: "complete t2#1")
                gates["t1"]?.send()
                try await queue.log.wait(for: "complete t1#1")
            }
        }
    }

    @Test("What a handler throws becomes the attempt's failure")
    func failures() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "odd" }
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            await queue.add("t1")
            await queue.add("t2")
            try await withWorker(of: queue, at: address, on: loop, slots: 3) { task in
                try await task.progress(percent: 10)
                if task.id == "t1" { throw Odd() }
                throw TaskError(code: "unreadable", message: "No text.", retryable: false)
            } body: {
                try await queue.log.wait { lines in
                    let text = lines.joined(separator: "\n")
                    return text.contains("progress t1#1") && text.contains("t2#1")
                }
                try await eventually { await queue.result(of: "t2") != nil }
            }
        }
    }

    @Test("A cancelled task's handler is cancelled, and what it gives is dropped")
    func cancelling() async throws {
        let queue = FakeQueue()
        let (started, stopped) = (Signal(), Signal())
        try await withService(queue) { address, loop in
            await queue.add("t1")
            try await withWorker(of: queue, at: address, on: loop, slots: 2) { task in
                if task.id == "t1" {
                    started.send()
                    await waitForCancellation()
                    stopped.send()
                }
                return .string(task.id)
            } body: {
                try await started.wait()
                try await queue.log.wait(for: "take 1 running=t1")
                await queue.cancel("t1")
                try await stopped.wait()
                await queue.add("t2")
                try await eventually { await queue.result(of: "t2") != nil }
            }
            #expect(await queue.result(of: "t1") == nil)
        }
    }

    @Test("Registers again when it was lost")
    func lost() async throws {
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            try await withWorker(of: queue, at: address, on: loop, handler: Self.echo) {
                try await queue.log.wait(for: "take 1")
                await queue.loseAgents()
                try await queue.log.wait(for: "register", count: 2)
                await queue.add("t1")
                try await eventually { await queue.result(of: "t1") != nil }
            }
            #expect(queue.log.events.last == "deregister agent_2")
        }
    }

    @Test("Says that it is alive while all its slots are taken")
    func heartbeats() async throws {
        let queue = FakeQueue()
        let gate = Signal()
        try await withService(queue) { address, loop in
            await queue.setHeartbeatInterval("20ms")
            await queue.add("t1")
            try await withWorker(of: queue, at: address, on: loop) { _ in
                try await gate.wait()
                return nil
            } body: {
                try await queue.log.wait(for: "heartbeat running=t1", count: 3)
                gate.send()
                try await queue.log.wait(for: "take 1 running= finished=t1#1")
            }
        }
    }

    @Test("Comes back no sooner than the service asks, with what it has to hand in")
    func unavailable() async throws {
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            await queue.fail("take 1 running= finished=t1", with: .problem(503, "unavailable", retryAfter: 1))
            await queue.add("t1")
            let start = ContinuousClock.now
            try await withWorker(of: queue, at: address, on: loop, handler: Self.echo) {
                try await eventually { await queue.result(of: "t1") != nil }
                #expect(.now - start >= .seconds(1))
            }
            #expect(queue.log.events.count { $0.hasPrefix("take 1 running= finished=t1#1") } >= 2)
        }
    }

    @Test("A result whose answer was cut off is sent again, and that it was accepted before is fine")
    func cutOff() async throws {
        let queue = FakeQueue()
        let gates = ["t1": Signal(), "t2": Signal()]
        try await withService(queue) { upstream, loop in
            try await withLossyProxy(to: upstream) { proxy, address in
                await queue.add("t1")
                try await withWorker(of: queue, at: address, on: loop, slots: 2) { task in
                    try await gates[task.id]?.wait()
                    return .string(task.id)
                } body: {
                    try await queue.log.wait(for: "take 1 running=t1")
                    await proxy.set(.toClient, .cut(after: 0))
                    gates["t1"]?.send()
                    try await queue.log.wait(for: "complete t1#1", count: 2)
                    await queue.add("t2")
                    gates["t2"]?.send()
                    try await eventually { await queue.result(of: "t2") != nil }
                }
                #expect(queue.log.events.count { $0.hasPrefix("complete t1#1") } == 2)
                #expect(await queue.result(of: "t1") == "t1")
            }
        }
    }

    @Test("Keeps what it has while the service is away")
    func outage() async throws {
        let queue = FakeQueue()
        let gate = Signal()
        try await withService(queue) { upstream, loop in
            try await withLossyProxy(to: upstream) { proxy, address in
                await queue.add("t1")
                try await withWorker(of: queue, at: address, on: loop, slots: 2) { _ in
                    try await gate.wait()
                    return 1
                } body: {
                    try await queue.log.wait(for: "take 1 running=t1")
                    await proxy.refuse(true)
                    await proxy.cut()
                    gate.send()
                    try await proxy.accepted.wait(forCount: 5)
                    await proxy.refuse(false)
                    try await eventually { await queue.result(of: "t1") == 1 }
                    try await queue.log.wait(for: "take 2 running= finished=")
                }
            }
        }
    }
}

extension WorkerTests {
    @Test("A graceful shutdown lets handlers end, hands in, and leaves")
    func gracefulShutdown() async throws {
        let queue = FakeQueue()
        let (started, gate) = (Signal(), Signal())
        try await withService(queue) { address, loop in
            await queue.add("t1")
            let worker = AgentWorker(
                GanglionClient(address, on: loop), name: "w", capabilities: ["work"], slots: 2, logger: .quiet
            ) { _ in
                started.send()
                try await gate.wait()
                return 1
            }
            let services = ServiceGroup(services: [worker], logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await services.run() }
                try await started.wait()
                try await queue.log.wait(for: "take 1 running=t1")
                await services.triggerGracefulShutdown()
                try await queue.gone.wait()
                await queue.add("t2")
                gate.send()
                try await tasks.waitForAll()
            }
            #expect(await queue.result(of: "t1") == 1)
            #expect(await queue.result(of: "t2") == nil)
            #expect(queue.log.events.suffix(2) == ["complete t1#1", "deregister agent_1"])
        }
    }

    @Test("Handlers that go on after the grace period are cancelled, and their tasks given back")
    func graceOver() async throws {
        let queue = FakeQueue()
        let started = Signal()
        var options = AgentWorker.Options()
        options.gracePeriod = .milliseconds(10)
        try await withService(queue) { [options] address, loop in
            await queue.add("t1")
            try await withWorker(of: queue, at: address, on: loop, options: options) { _ in
                started.send()
                await waitForCancellation()
                throw CancellationError()
            } body: {
                try await started.wait()
            }
            #expect(queue.log.events.last == "deregister agent_1")
            #expect(queue.log.events.allSatisfy { !$0.hasPrefix("fail") })
        }
    }

    @Test("Ends with the problem if the service does not take the agent")
    func refused() async throws {
        let queue = FakeQueue()
        try await withService(queue) { address, loop in
            await queue.fail("register", with: .problem(422, "invalid-request"))
            let worker = AgentWorker(
                GanglionClient(address, on: loop), name: "w", capabilities: [], logger: .quiet, handler: Self.echo)
            let error = await #expect(throws: GanglionError.self) { try await worker.run() }
            #expect(error?.problem?.status == 422)
        }
    }
}

/// Returns when the task is cancelled.
private func waitForCancellation() async {
    let (stream, end) = AsyncStream.makeStream(of: Void.self)
    await withTaskCancellationHandler {
        for await _ in stream {}
    } onCancel: {
        end.finish()
    }
}
