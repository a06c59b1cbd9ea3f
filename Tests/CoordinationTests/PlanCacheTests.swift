import Coordination
import JSON
import Testing
import WorkflowCore

@Suite("Plans that are known")
struct PlanCacheTests {
    private let cache = PlanCache()

    private func text(_ name: String, steps: Int = 1) throws -> JSONText {
        let steps = (0..<steps).map { #"{"id": "s\#($0)", "task_type": "work"}"# }.joined(separator: ", ")
        return try JSONText(validating: Array(#"{"name": "\#(name)", "steps": [\#(steps)]}"#.utf8))
    }

    /// Where the plan's steps lie: two plans of one reading share it.
    private func place(_ plan: Plan) -> UInt {
        unsafe plan.steps.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }

    @Test("The same text is read once")
    func once() throws {
        let first = try cache.plan(try text("a"))
        #expect(place(try cache.plan(try text("a"))) == place(first))
        #expect(place(try cache.plan(try text("b"))) != place(first))
    }

    @Test("A plan that is asked for again and again outlives any number of others")
    func eviction() throws {
        let first = try cache.plan(try text("hot"))
        for number in 0..<2000 {
            _ = try cache.plan(try text("other\(number)"))
            if number % 100 == 0 { #expect(place(try cache.plan(try text("hot"))) == place(first)) }
        }
    }

    @Test("A plan that nobody asks for is forgotten")
    func forgetting() throws {
        let first = try cache.plan(try text("cold"))
        let kept = place(first)
        for number in 0..<600 { _ = try cache.plan(try text("other\(number)")) }
        // The first is still held here, so that a new reading lies elsewhere.
        #expect(place(try cache.plan(try text("cold"))) != kept)
        withExtendedLifetime(first) {}
    }

    @Test("A plan that is not accepted is not kept, and says each time why")
    func rejected() throws {
        let wrong = try JSONText(validating: Array(#"{"name": "x", "steps": []}"#.utf8))
        for _ in 0..<2 { #expect(throws: PlanRejected.self) { try cache.plan(wrong) } }
    }
}
