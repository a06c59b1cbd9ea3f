import Foundation
import GanglionClient
import TestKit
import Testing

/// A program that coordinates a workflow from outside is killed at each of its steps in turn, and started again.
@Suite("A program that coordinates", .timeLimit(.minutes(2)))
struct ExternalProgramTests {
    /// Three steps for agents and two of its own. It keeps nothing but a journal for the test.
    private static let program = #"""
        set -euo pipefail
        url=$1 journal=$2
        say() { echo "$*" >>"$journal"; }
        post() {
            curl --silent --show-error --fail --max-time 60 --header 'Content-Type: application/json' \
                "${@:3}" --data "$2" "$url$1"
        }
        workflow=$(post /v1/workflows '{"name": "driven", "coordinator": "external", "input": 7}' \
            --header 'Idempotency-Key: driven-1' | grep --only-matching 'wf_[0-9a-z_]*' | head --lines 1)
        agent_does() {
            say "begin $1"
            local answer=''
            until grep --quiet '"status":"completed"' <<<"$answer"; do
                answer=$(post "/v1/workflows/$workflow/steps?wait=30s" \
                    "{\"steps\": [{\"id\": \"$1\", \"task_type\": \"work\", \"payload\": \"$1\"}]}")
            done
            say "end $1"
        }
        do_oneself() {
            local known="\"id\":\"$1\",\"status\":\"completed\""
            if ! curl --silent "$url/v1/workflows/$workflow" | grep --quiet "$known"; then
                say "work $1"
                post "/v1/workflows/$workflow/steps" "{\"steps\": [{\"id\": \"$1\", \"result\": \"$1\"}]}" >>/dev/null
            fi
            say "end $1"
        }
        agent_does one
        do_oneself two
        agent_does three
        do_oneself four
        agent_does five
        post "/v1/workflows/$workflow/complete" '{"output": "all five"}' >>/dev/null
        say "workflow $workflow"
        """#

    @Test("It is killed with SIGKILL at every step, goes on each time, and no step's work is done twice")
    func killed() async throws {
        try await withTemporaryFolder { folder in
            let (script, journal) = (folder.file("program"), folder.file("journal"))
            try Self.program.write(toFile: script, atomically: true, encoding: .utf8)
            try await withRedisServer { redis in
                try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                    let done = EventLog<String>()
                    let gate = EventLog<String>()
                    let worker = AgentWorker(
                        try GanglionClient(service.url), name: "w", capabilities: ["work"], logger: .quiet
                    ) { task in
                        let step = task.payload.root.string ?? ""
                        done.record(step)
                        // In the middle of the work its program dies.
                        if step != "one" { try await gate.wait { $0.contains(step) } }
                        return .string("did \(step)")
                    }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await worker.run() }
                        func start() throws -> ChildProcess {
                            try ChildProcess("/bin/bash", [script, service.url, journal])
                        }
                        func lines() -> [String] {
                            let text = (try? String(contentsOfFile: journal, encoding: .utf8)) ?? ""
                            return text.split(separator: "\n").map(String.init)
                        }
                        // Where its life ends: at once, when a step is recorded, or while an agent works.
                        for death in ["begin one", "end two", "agent three", "end four", "agent five"] {
                            let program = try start()
                            try await eventually {
                                let step = death.split(separator: " ")[1]
                                return death.hasPrefix("agent")
                                    ? done.events.contains(String(step)) : lines().contains(death)
                            }
                            await program.kill()
                            gate.record(String(death.split(separator: " ")[1]))
                        }
                        let program = try start()
                        #expect(await program.waitForEnd() == 0)

                        #expect(done.events == ["one", "three", "five"])
                        #expect(lines().filter { $0.hasPrefix("work ") } == ["work two", "work four"])
                        let id = try #require(lines().last?.split(separator: " ").last)
                        let workflow = try await GanglionClient(service.url).workflow(String(id))
                        #expect(workflow.status == .completed)
                        #expect(workflow.output == "all five")
                        #expect(workflow.steps.map(\.id) == ["one", "two", "three", "four", "five"])
                        #expect(workflow.steps.map(\.attempts) == [1, 0, 1, 0, 1])
                        group.cancelAll()
                    }
                }
            }
        }
    }

    @Test("A Swift program gives up its client in the middle, and another goes on with what it recorded")
    func swift() async throws {
        try await withRedisServer { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let client = try GanglionClient(service.url)
                let worker = AgentWorker(client, name: "w", capabilities: ["double"], logger: .quiet) { task in
                    .integer(2 * (task.payload.root.integer ?? 0))
                }
                let worked = EventLog<String>()
                func open() async throws -> ExternalWorkflow {
                    try await ExternalWorkflow(
                        client, name: "sum", key: "sum-1", input: 20, labels: ["kind": "test"], deadline: .seconds(600))
                }
                func plan(_ workflow: ExternalWorkflow) async throws -> JSONDocument {
                    try await workflow.record("plan") {
                        worked.record("plan")
                        return 1
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    let first = try await open()
                    #expect(try await plan(first) == 1)
                    #expect(try await first.step("double", type: "double", payload: "${input}") == 40)

                    let second = try await open()
                    #expect(second.id == first.id)
                    #expect(try await plan(second) == 1)
                    #expect(try await second.step("double", type: "double", payload: "${input}") == 40)
                    let skipped = await #expect(throws: StepNotCompleted.self) {
                        try await second.step("odd", type: "odd", fields: ["when": "input == `21`"])
                    }
                    #expect(skipped?.step.status == .skipped)
                    // It did the work as well, and was slower: what is recorded counts.
                    #expect(try await second.record("late") { 2 } == 2)
                    #expect(try await first.record("late") { 3 } == 2)
                    #expect(try await second.complete(output: 41).output == 41)
                    #expect(try await first.complete(output: 41).status == .completed)
                    #expect(worked.events == ["plan"])
                    group.cancelAll()
                }
            }
        }
    }
}
