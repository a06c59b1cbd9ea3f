import GanglionClient
import JSON
import Testing
import WorkflowCore

@testable import ganglion

/// What is started, and what it has to give.
@Suite("Workflows that are measured")
struct WorkloadTests {
    @Test(
        "Every scenario's plan is one that the service takes, with as many steps as it says",
        arguments: Scenario.allCases, [1, 2, 100])
    func plans(_ scenario: Scenario, _ steps: Int) throws {
        let steps = scenario.hasSteps ? steps : scenario.defaultSteps
        let document = try Workload(scenario, steps: steps).plan(41)
        let plan = try Plan(JSONText(validating: document.bytes))
        #expect(plan.steps.count == steps)
        #expect(document["input"]["number"].integer == 41)
    }

    @Test("A contract is 1 KB, and the widest fan-out fits in a request")
    func sizes() throws {
        let contract = try Workload(.contractReview, steps: 4).plan(0)
        let length = try #require(contract["input"]["document"].string).utf8.count
        #expect((1000...1024).contains(length))
        #expect(try Workload(.fanOut, steps: 10_000).plan(0).bytes.count < 1 << 20)
    }

    @Test("Agents do every task type of a plan, and none of what is to stay open")
    func taskTypes() throws {
        for scenario in Scenario.allCases {
            let workload = Workload(scenario, steps: scenario.defaultSteps)
            let steps = try workload.plan(0)["steps"].elements
            let types = Set(steps.compactMap(\.["task_type"].string))
            if scenario == .idle {
                #expect(types.isDisjoint(with: Workload(.contractReview, steps: 4).taskTypes))
            } else {
                #expect(types == Set(workload.taskTypes), "\(scenario)")
            }
        }
    }

    @Test("An output counts if every number in it is the workflow's own")
    func outputs() {
        let review = Workload(.contractReview, steps: 4)
        #expect(review.isOutput(["summary": 3, "validation": 3], of: 3))
        #expect(!review.isOutput(["summary": 3, "validation": 4], of: 3))
        #expect(!review.isOutput(["summary": 3], of: 3))
        #expect(Workload(.chain, steps: 2).isOutput(["last": 3], of: 3))
        #expect(!Workload(.chain, steps: 2).isOutput(.null, of: 3))
        let fanOut = Workload(.fanOut, steps: 2)
        #expect(fanOut.isOutput(["s1": 3, "s2": 3], of: 3))
        #expect(!fanOut.isOutput(["s1": 3], of: 3))
        #expect(!fanOut.isOutput(["s1": 3, "s2": 2], of: 3))
    }
}
